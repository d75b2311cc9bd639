/** Programs made by chance: what the reader says of a text is what it is when they run, or it says that it does not know. */
import { expect } from 'chai'
import fc from 'fast-check'
import { LuaError } from '../../../../src/lib/errors.js'
import { personaOf } from '../memory.js'
import { runAgents } from '../run.js'

/** A few names and keys, so that they meet again and again. */
const NAMES = ['a', 'b', 'c', 'd'] as const
const name = fc.constantFrom(...NAMES)
const key = fc.constantFrom('p', 'q', '0', '1', 'length', '__proto__', 'toString')
const text = fc.constantFrom('x', '', 'y z', ' \\n', '\\u0041', '${', '$&', '😀', '1')
const literal = fc.oneof(
  text.map(value => `'${value}'`),
  text.map(value => `\`${value.replace('${', '\\${')}\``),
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '1.50',
    '0x10',
    '1e21',
    '10n',
    'null',
    'undefined',
    'true',
    'NaN',
    'process.env.X',
  ),
)

const { expression } = fc.letrec<{ expression: string }>(tie => {
  const inner = tie('expression')
  return {
    expression: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      literal,
      name,
      fc
        .tuple(inner, fc.constantFrom('+', '===', '==', '??', '||', '&&', '-', '<'), inner)
        .map(([l, operator, r]) => `(${l} ${operator} ${r})`),
      fc.tuple(inner, inner, inner).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
      fc.tuple(inner, key).map(([object, member]) => `(${object} as any)?.['${member}']`),
      fc.tuple(text, inner).map(([before, value]) => `\`${before.replace('${', '\\${')}\${${value}}\``),
      fc
        .array(
          fc.oneof(
            inner,
            inner.map(list => `...[${list}].flat()`),
            inner.map(list => `...(${list} as any)`),
          ),
          { maxLength: 3 },
        )
        .map(items => `[${items.join(', ')}]`),
      fc
        .array(
          fc.oneof(
            fc.tuple(key, inner).map(([member, value]) => `'${member}': ${value}`),
            fc.tuple(key, inner).map(([member, value]) => `['${member}']: ${value}`),
            fc.tuple(key, inner).map(([member, value]) => `get '${member}'() { return ${value} }`),
            inner.map(value => `...(${value} as any)`),
          ),
          { maxLength: 3 },
        )
        .map(members => `({ ${members.join(', ')} } as any)`),
      fc
        .tuple(inner, fc.constantFrom("'-'", "''", '', 'undefined', 'null'))
        .map(([list, separator]) => `[${list}].join(${separator})`),
      fc
        .tuple(
          text,
          fc.constantFrom(
            'trim()',
            "replace('x', '$&$&')",
            "replaceAll('', '-')",
            'replace(/[a-z]/g, "w")',
            'concat(1 as any)',
            'toUpperCase()',
            'length',
            'toString()',
          ),
        )
        .map(([value, method]) => `'${value}'.${method}`),
      inner.map(value => `(!${value})`),
      inner.map(value => `(void 0, ${value})`),
      inner.map(value => `((v = ${value}) => v)()`),
    ),
  }
})

const statement = fc.oneof(
  fc
    .tuple(name, key, expression)
    .map(([object, member, value]) => `try { (${object} as any)['${member}'] = ${value} } catch {}`),
  fc.tuple(name, expression).map(([list, value]) => `try { (${list} as any).push(${value}) } catch {}`),
  fc
    .tuple(name, expression)
    .map(([object, value]) => `try { Object.assign(${object} as any, ${value}) } catch {}`),
  fc
    .tuple(name, key, expression)
    .map(
      ([object, member, value]) => `try { ((o: any) => { o['${member}'] = ${value} })(${object}) } catch {}`,
    ),
  fc
    .tuple(name, key, expression)
    .map(([object, member, value]) => `try { const o: any = ${object}; o['${member}'] = ${value} } catch {}`),
  fc
    .tuple(name, key, expression)
    .map(
      ([object, member, value]) =>
        `try { for (const o of ${object} as any) o['${member}'] = ${value} } catch {}`,
    ),
  fc
    .tuple(name, key, key, expression)
    .map(
      ([object, member, inside, value]) =>
        `try { const { '${member}': o } = ${object} as any; o['${inside}'] = ${value} } catch {}`,
    ),
)

const member = fc.tuple(key, literal).map(([member, value]) => `'${member}': ${value}`)
const object = fc
  .array(
    fc.oneof(
      member,
      name.map(value => `...(${value} as any)`),
      name.map(value => `q: ${value}`),
    ),
    { maxLength: 3 },
  )
  .map(members => `{ ${members.join(', ')} }`)
const list = fc
  .array(
    fc.oneof(
      literal,
      object,
      name,
      name.map(value => `...(${value} as any)`),
    ),
    { maxLength: 3 },
  )
  .map(items => `[${items.join(', ')}]`)
const declaration = fc.tuple(
  fc.constantFrom('const', 'let', 'var'),
  fc.oneof(object, object, list, list, literal, name, expression),
)

/** A text made of what a name holds. */
const use = fc.oneof(
  name,
  fc.tuple(name, key).map(([object, member]) => `${object}?.['${member}']`),
  fc.tuple(name, key, key).map(([object, member, inside]) => `${object}?.['${member}']?.['${inside}']`),
)
const persona = fc.oneof(
  { arbitrary: expression, weight: 1 },
  use.map(value => `\`\${${value}}\``),
  name.map(value => `[...${value}].join('-')`),
  fc.tuple(use, literal).map(([value, otherwise]) => `\`\${${value} ?? ${otherwise}}\``),
)
const program = fc.record({
  declarations: fc.tuple(declaration, declaration, declaration, declaration),
  statements: fc.array(statement, { maxLength: 2 }),
  persona,
})

/** Each name is declared of those before it; what fails while it runs is `failed`. */
function codeOf({
  declarations,
  statements,
  persona,
}: {
  declarations: [string, string][]
  statements: string[]
  persona: string
}): string {
  const known = (code: string, upTo: number) =>
    code.replace(/\b[abcd]\b(?!['\w])/g, used =>
      (NAMES as readonly string[]).indexOf(used) < upTo ? used : "'?'",
    )
  const lines = declarations.map(
    ([kind, value], index) => `${kind} ${NAMES[index]}: any = ${known(value, index)}`,
  )
  return `import { LuaAgent } from 'lua-cli'\n${lines.join('\n')}\n${statements.join('\n')}\nexport const agent = new LuaAgent({ name: 'n', persona: ${persona} })\n`
}

describe('source: programs made by chance', () => {
  it('are read as they run, or not at all', async () => {
    const count = process.env.EXHAUSTIVE ? 3000 : 300
    const programs = fc.sample(program, count).map(codeOf)
    let refused = 0
    const wrong: object[] = []
    for (const code of programs) {
      const found = readText(code)
      if (found === undefined) {
        refused++
        continue
      }
      const ran = await runAgents([new Map([['/project/src/index.ts', code]])]).then(
        ([agent]) => agent?.persona,
        () => FAILED,
      )
      if (ran !== FAILED && ran !== found.value && typeof found.value !== 'object')
        wrong.push({ code, ran, read: found.value })
    }
    expect(wrong).to.deep.equal([])
    expect(refused / count).to.be.below(0.9)
  })
})

const FAILED = Symbol('failed')

function readText(code: string): { value: unknown } | undefined {
  try {
    return { value: personaOf(code) }
  } catch (error) {
    if (error instanceof LuaError && /NOT_STATIC|UNRESOLVED|SYNTAX/.test(error.code)) return undefined
    throw error
  }
}
