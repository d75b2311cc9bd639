import { expect } from 'chai'
import { findAgent, planWrite, readAgent } from '../../../../src/lib/source/index.js'
import { LIST_CHANGES, LIST_LAYOUTS, type ListLayout } from '../lists.js'
import { sourcesOf } from '../memory.js'
import { runAgents } from '../run.js'

const absolute = (path: string) => `/project/${path}`
const unmarked = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, code]) => [path, code.replace(/[⟦⟧]/g, '')]))
const STRING = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g
const comments = (code: string) => code.replace(STRING, "''").match(/\/\/[^\r\n]*|\/\*.*?\*\//g) ?? []

interface Written {
  title: string
  text: string
  files: Record<string, string>
}

function changesOf({
  lines,
  separator,
  end = '',
}: ListLayout): { title: string; text: string; kept: string[] }[] {
  return LIST_CHANGES.flatMap(([title, change]) =>
    [0, 1, lines.length - 1].map(at => {
      const changed = change(lines, at)
      return {
        title: `${title} line ${at + 1}`,
        text: changed.join(separator) + end,
        kept: lines.filter(line => line !== '' && changed.includes(line)),
      }
    }),
  )
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
  expect(comments(code), `${title}: comments`).to.deep.equal(comments(marked.replace(/[⟦⟧]/g, '')))
}

/** In what lines a text stands, with all that stands beside it. */
const linesWith = (code: string, part: string) => code.split('\n').filter(line => line.includes(part))

describe('source: lists of lines', () => {
  it('has at least 20 layouts', () => {
    expect(LIST_LAYOUTS.length).to.be.at.least(20)
  })

  for (const layout of LIST_LAYOUTS) {
    it(`${layout.title}: removals, insertions, moves and replacements`, async () => {
      const files = unmarked(layout.files)
      const written: Written[] = []
      for (const { title, text } of changesOf(layout)) {
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

  const [plain] = LIST_LAYOUTS as [ListLayout]
  for (const { title, text, kept } of changesOf(plain)) {
    it(`one a line: ${title} and touches no other line`, async () => {
      const before = unmarked(plain.files)['src/index.ts'] as string
      const after = (await write({ 'src/index.ts': before }, text))['src/index.ts'] as string
      for (const line of kept) expect(linesWith(after, line)).to.deep.equal(linesWith(before, line))
      const count = (code: string) => code.split('\n').length
      expect(count(after) - count(before)).to.equal(text.split('\n').length - plain.lines.length)
      expect(after).not.to.match(/,\s*,|\[\s*,|[ \t]\n/)
    })
  }
})
