import vm from 'node:vm'
import { expect } from 'chai'
import fc from 'fast-check'
import { LuaError } from '../../../../src/lib/errors.js'
import { evaluate, findAgent, planWrite, readPersona } from '../../../../src/lib/source/index.js'
import type { Leaf } from '../../../../src/lib/source/value/segments.js'
import { renderLeaf } from '../../../../src/lib/source/write/literal.js'
import { sourcesOf } from '../memory.js'

/** Another `SEED` tries other texts, `EXHAUSTIVE=1` five times as many. */
const seed = Number(process.env.SEED ?? 1)
const times = process.env.EXHAUSTIVE ? 5 : 1
const LUA = "import { LuaAgent } from 'lua-cli'\n"

const AWKWARD = [
  ...['`', '$', '{', '}', '${', '\\', "'", '"', '\r', '\n', '\r\n', '\0', '1', '8', '\t', '\v', '\x85', ' '],
  ...[
    '\u2028',
    '\u2029',
    '\u200B',
    '\uFEFF',
    '\u202E',
    '\uD83D',
    '\uDE00',
    '😀',
    '😁',
    'o😀 ',
    'é',
    'م',
    '*/',
    '//',
    '\\u',
    '\\x4',
    '-->',
  ],
]
const awkwardText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...AWKWARD),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 14 },
  )
  .map(parts => parts.join(''))

/** Code whose first literal is rewritten, and how the rewritten literal is put where it can run. */
const FORMS: [title: string, code: string, finish: (literal: string) => string][] = [
  ['single quotes', "'old'", literal => literal],
  ['double quotes', '"old"', literal => literal],
  ['quotes with odd spelling and emoji', "'\\x6f😀 😀'", literal => literal],
  ['a template with odd spelling and emoji', '`\\x6f😀 😀`', literal => literal],
  ['quotes with odd spelling', "'\\x6f\\u006cd\\\n \\q'", literal => literal],
  ['a template', '`old`', literal => literal],
  ['a template with odd spelling', '`\\x6fl\\\nd \\` $ \\{`', literal => literal],
  ['the start of an interpolation', '`old${1}`', literal => `\`${literal}\${1}\`.slice(0, -1)`],
  ['the end of an interpolation', '`${1}`', literal => `\`\${1}${literal}\`.slice(1)`],
  ['String.raw', 'String.raw`old`', literal => `String.raw\`${literal}\``],
]

const LITERAL = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g
const withoutLiterals = (code: string) => code.replace(LITERAL, '""')

function leafOf(code: string, last = false): Leaf {
  const sources = sourcesOf({ 'a.ts': `export default ${code}` })
  const module = sources.module('/project/a.ts')
  const value = evaluate(sources, { module, node: module.exports.named.get('default')!.node })
  if (value.kind !== 'string') throw new Error('no text')
  const leaves = value.segments.flatMap(segment => segment.leaf ?? [])
  return leaves.at(last ? -1 : 0) as Leaf
}

describe('source: properties', () => {
  for (const [title, code, finish] of FORMS) {
    it(`any text runs as itself in ${title}`, () => {
      const leaf = leafOf(code, title.startsWith('the end'))
      fc.assert(
        fc.property(awkwardText, text => {
          const literal = renderLeaf(leaf, text)
          // Under `String.raw` some texts cannot be written; the call is then taken away.
          if (literal === undefined) return leaf.style === 'raw'
          const saved = Buffer.from(literal).toString('utf8')
          return vm.runInThisContext(finish(saved)) === text
        }),
        { seed, numRuns: 1000 * times },
      )
    })
  }

  it(`any text is planned, proved and read back in every slot at once`, async () => {
    const files = {
      'src/index.ts': `${LUA}import texts from './texts.json'\nnew LuaAgent({ name: 'n', persona: { base: "b", voice: \`v\${''}\`, text: texts.text } })\r\n`,
      'src/texts.json': '{ "text": "t" }',
    }
    await fc.assert(
      fc.asyncProperty(awkwardText, awkwardText, async (first, second) => {
        const sources = sourcesOf(files)
        const persona = { base: first, voice: second, text: first }
        const plan = await planWrite(sources, findAgent(sources), { name: second, persona })
        const after = sources.overlay(new Map(plan.edits.map(edit => [edit.path, edit.after])))
        expect(readPersona(after, findAgent(after))?.value).to.deep.equal(persona)
      }),
      { seed, numRuns: 100 * times },
    )
  })

  const word = fc.string({
    unit: fc.constantFrom('a', 'b', '😀', '😁', ' ', '\n', '`', "'", '${', '\\', 'é'),
    minLength: 1,
    maxLength: 12,
  })
  const edit = fc.record({ part: fc.nat(), from: fc.nat(), length: fc.nat({ max: 5 }), text: word })

  /** Ways to build a text of parts, with the literals they are written as. */
  const BUILDERS: [title: string, build: (parts: string[]) => string, join: string][] = [
    ['concatenation', parts => parts.map(part => JSON.stringify(part)).join(' +\n  '), ''],
    [
      'join',
      parts => `[\n${parts.map(part => `  ${JSON.stringify(part)}, // part\n`).join('')}].join('\\n')`,
      '\n',
    ],
    [
      'row of templates',
      parts => parts.map(part => `\`${part.replace(/[\\`]|\$\{/g, '\\$&')}\``).join(' + '),
      '',
    ],
  ]

  for (const [title, build, join] of BUILDERS) {
    it(`an edit inside one literal of a ${title} goes into one literal`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(word, { minLength: 2, maxLength: 5 }), edit, async (parts, change) => {
          const edited = [...parts]
          const index = change.part % parts.length
          const part = parts[index] as string
          const from = change.from % (part.length + 1)
          // A line that comes or goes is a part that comes or goes.
          fc.pre(!`${change.text}${part.slice(from, from + change.length)}`.includes('\n'))
          edited[index] = part.slice(0, from) + change.text + part.slice(from + change.length)
          const result = await write(`${build(parts)}`, edited.join(join))
          expect(result.value).to.equal(edited.join(join))
          expect(withoutLiterals(result.code)).to.equal(withoutLiterals(result.before))
        }),
        { seed, numRuns: 40 * times },
      )
    })

    it(`any edits of a ${title} either read back or are refused`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(word, { minLength: 2, maxLength: 5 }),
          fc.array(edit, { maxLength: 4 }),
          async (parts, changes) => {
            let target = parts.join(join)
            for (const { from, length, text } of changes) {
              const at = from % (target.length + 1)
              target = target.slice(0, at) + text + target.slice(at + length)
            }
            const result = await write(build(parts), target).catch((error: unknown) => error)
            if (result instanceof LuaError) expect(result.code).to.equal('CONFLICT')
            else expect((result as { value: string }).value).to.equal(target)
            expect((await write(build(parts), target, true)).value).to.equal(target)
          },
        ),
        { seed, numRuns: 40 * times },
      )
    })
  }

  async function write(expression: string, target: string, force = false) {
    const before = `${LUA}new LuaAgent({ persona: ${expression} })\n`
    const sources = sourcesOf({ 'src/index.ts': before })
    const plan = await planWrite(sources, findAgent(sources), { persona: target }, { force })
    const after = sources.overlay(new Map(plan.edits.map(change => [change.path, change.after])))
    const code = after.text('/project/src/index.ts')?.text ?? ''
    return { before, code, value: readPersona(after, findAgent(after))?.value }
  }
})
