import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import { findAgent, planWrite, type Sources, type WritePlan } from '../../../../src/lib/source/index.js'
import { LAYOUTS, type Layout, unmarked } from '../layouts.js'
import { readAgent, sourcesOf } from '../memory.js'
import { runAgents } from '../run.js'
import { TEXTS } from '../texts.js'

const absolute = (path: string) => (path.startsWith('/') ? path : `/project/${path}`)
const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

/** Where a text file holds the text, its line endings and its last line break are its own. */
const asRead = (text: unknown, isFile: boolean) =>
  isFile && typeof text === 'string'
    ? text
        .replace(/^\uFEFF/, '')
        .replaceAll('\r\n', '\n')
        .trimEnd()
    : text

interface Written {
  title: string
  text: string
  files: Map<string, string>
  sources: Sources
  plan: WritePlan
}

/** All texts with `EXHAUSTIVE=1`, else every fourth, beginning with another one in each layout. */
const EVERY = process.env.EXHAUSTIVE ? 1 : 4
const textsFor = (layout: Layout) =>
  Object.entries(TEXTS).filter((_, index) => (index + LAYOUTS.indexOf(layout)) % EVERY === 0)

async function writeAll(layout: Layout): Promise<Written[]> {
  const { files } = unmarked(layout)
  const written: Written[] = []
  for (const [title, text] of textsFor(layout)) {
    const sources = sourcesOf(files, layout.workspaceRoot)
    try {
      const plan = await planWrite(sources, findAgent(sources), { persona: text }, { force: layout.force })
      const after = new Map(Object.entries(files).map(([path, content]) => [absolute(path), content]))
      for (const edit of plan.edits) after.set(edit.path, decode(edit.after))
      written.push({ title, text, files: after, sources, plan })
    } catch (error) {
      const isUnwritable = isTextFile(layout) && /surrogate/.test(title)
      if (!(isUnwritable && error instanceof LuaError && error.code === 'CONFLICT')) {
        throw new Error(`${title}: ${(error as Error).message}`, { cause: error })
      }
    }
  }
  return written
}

const isTextFile = (layout: Layout) => Object.keys(layout.files).some(path => path.endsWith('.md'))

/** Everything outside the marks is there, byte for byte, in its order. */
function expectGapsKept(content: string, gaps: string[], title: string): void {
  const [first = '', ...rest] = gaps
  expect(content.startsWith(first), `${title}: before the slot`).to.equal(true)
  expect(content.endsWith(rest.at(-1) ?? ''), `${title}: after the slot`).to.equal(true)
  let from = first.length
  for (const gap of rest) {
    const at = gap === rest.at(-1) ? content.length - gap.length : content.indexOf(gap, from)
    expect(at, `${title}: between the slots`).to.be.at.least(from)
    from = at + gap.length
  }
  if (rest.length === 0) expect(content, title).to.equal(first)
}

describe('source: every layout with texts of every kind', () => {
  it('has at least 70 layouts and 40 texts', () => {
    expect(LAYOUTS.length).to.be.at.least(70)
    expect(Object.keys(TEXTS).length).to.be.at.least(40)
  })

  for (const layout of LAYOUTS) {
    it(`writes into ${layout.title}`, async () => {
      const { gaps } = unmarked(layout)
      const written = await writeAll(layout)
      const agents = await runAgents(
        written.map(({ files }) => files),
        layout.aliases,
      )
      for (const [index, { title, text, files, sources, plan }] of written.entries()) {
        expect(asRead(agents[index]?.persona, isTextFile(layout)), title).to.equal(
          asRead(text, isTextFile(layout)),
        )
        for (const [path, content] of files) {
          const key = path.replace('/project/', '')
          expectGapsKept(content, gaps[key] ?? gaps[path] ?? [], `${title}, ${path}`)
        }
        const again = sources.overlay(new Map(plan.edits.map(edit => [edit.path, edit.after])))
        const agent = findAgent(again)
        expect(readAgent(again, agent).persona?.kind, title).to.equal('text')
        expect((await planWrite(again, agent, { persona: text })).edits, `${title}: again`).to.deep.equal([])
      }
    })
  }
})
