import { expect } from 'chai'
import { findAgent, planWrite } from '../../../../src/lib/source/index.js'
import { touched } from '../kept.js'
import { LIST_CHANGES, LIST_LAYOUTS, type ListLayout } from '../lists.js'
import { readAgent, sourcesOf } from '../memory.js'
import { runAgents } from '../run.js'

const absolute = (path: string) => `/project/${path}`
const unmarked = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, code]) => [path, code.replace(/[⟦⟧]/g, '')]))

/** All changes with `EXHAUSTIVE=1`, else every third, beginning with another one in each layout. */
const EVERY = process.env.EXHAUSTIVE ? 1 : 3

interface Written {
  title: string
  text: string
  files: Record<string, string>
}

function changesOf({ lines, separator, end = '' }: ListLayout): { title: string; text: string }[] {
  const changes = LIST_CHANGES.flatMap(([title, change]) =>
    [0, 1, lines.length - 1].map(at => ({
      title: `${title} line ${at + 1}`,
      text: change(lines, at).join(separator) + end,
    })),
  )
  return [...new Map(changes.map(change => [change.text, change])).values()]
}

async function write(files: Record<string, string>, persona: string): Promise<Record<string, string>> {
  const sources = sourcesOf(files)
  const plan = await planWrite(sources, findAgent(sources), { persona })
  const edits = plan.edits.map(({ path, after }) => [
    path.replace('/project/', ''),
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(after),
  ])
  return { ...files, ...Object.fromEntries(edits) }
}

/** All outside the lists is there byte for byte, and so is every comment in them. */
function expectKept(marked: string, code: string, title: string): void {
  const [first = '', ...rest] = marked.split(/⟦[^⟧]*⟧/)
  expect(code.startsWith(first), `${title}: before the list`).to.equal(true)
  expect(code.endsWith(rest.at(-1) ?? ''), `${title}: behind the list`).to.equal(true)
  let from = first.length
  for (const gap of rest) {
    const at = code.indexOf(gap, from)
    expect(at, `${title}: between the lists`).to.be.at.least(from)
    from = at + gap.length
  }
  const moves = /moves|turns/.test(title)
  expect(touched(marked.replace(/[⟦⟧]/g, ''), code, moves), `${title}\n${code}`).to.deep.equal([])
}

describe('source: lists of lines', () => {
  it('has at least 40 layouts', () => {
    expect(LIST_LAYOUTS.length).to.be.at.least(40)
  })

  for (const [index, layout] of LIST_LAYOUTS.entries()) {
    it(`${layout.title}: removals, insertions, moves and replacements`, async () => {
      const files = unmarked(layout.files)
      const written: Written[] = []
      for (const { title, text } of changesOf(layout).filter((_, at) => (at + index) % EVERY === 0)) {
        const after = await write(files, text).catch(error => {
          throw new Error(`${title}: ${error.message}`)
        })
        written.push({ title, text, files: after })
        for (const [path, marked] of Object.entries(layout.files))
          expectKept(marked, after[path] ?? '', title)
        expect(await write(after, text), `${title}: again`).to.deep.equal(after)
        const sources = sourcesOf(after)
        expect(readAgent(sources, findAgent(sources)).persona?.value, title).to.equal(text)
      }
      const agents = await runAgents(
        written.map(
          ({ files }) => new Map(Object.entries(files).map(([path, code]) => [absolute(path), code])),
        ),
      )
      for (const [index, { title, text }] of written.entries()) {
        expect(agents[index]?.persona, title).to.equal(text)
      }
    })
  }
})
