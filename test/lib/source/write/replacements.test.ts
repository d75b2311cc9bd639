import { expect } from 'chai'
import { replacements } from '../../../../src/lib/source/write/replacements.js'
import { type Files, sourcesOf } from '../memory.js'

/** Each way to put other words into these files: path and line, `*` for a whole text file, and what changes. */
function ways(files: Files, from: string, to: string, paths = Object.keys(files)): string[] {
  const found = replacements(
    sourcesOf(files),
    paths.map(path => `/project/${path}`),
    from,
    to,
  )
  return found.map(({ path, line, after, isFile }) => {
    const name = path.replace('/project/', '')
    return `${name}:${line}${isFile ? '*' : ''} ${new TextDecoder('utf-8', { ignoreBOM: true }).decode(after)}`
  })
}

const CASES: [title: string, files: Files, ways: string[]][] = [
  ['a string', { 'a.ts': "f('be kind')" }, ["a.ts:1 f('be brief')"]],
  ['a string in double quotes', { 'a.ts': 'f("be kind")' }, ['a.ts:1 f("be brief")']],
  ['a template', { 'a.ts': 'f(`be kind`)' }, ['a.ts:1 f(`be brief`)']],
  [
    'a stretch of a template',
    { 'a.ts': 'f(`${x} kind ${y} kind`)' },
    ['a.ts:1 f(`${x} brief ${y} kind`)', 'a.ts:1 f(`${x} kind ${y} brief`)'],
  ],
  ['a string twice', { 'a.ts': "f('kind, kind')" }, ["a.ts:1 f('brief, kind')", "a.ts:1 f('kind, brief')"]],
  [
    'several strings',
    { 'a.ts': "f('kind')\n\ng('kind')" },
    ["a.ts:1 f('brief')\n\ng('kind')", "a.ts:3 f('kind')\n\ng('brief')"],
  ],
  [
    'a value of a property, not its key',
    { 'a.ts': "f({ 'kind': 'kind' })" },
    ["a.ts:1 f({ 'kind': 'brief' })"],
  ],
  ['no name of a module', { 'a.ts': "import 'kind'\nexport * from './kind'" }, []],
  ['no code', { 'a.ts': 'kind(/kind/) // kind' }, []],
  ['a value of JSON, not its key', { 'a.json': '{ "kind": "kind" }' }, ['a.json:1 { "kind": "brief" }']],
  ['a text file', { 'a.md': 'be kind\n' }, ['a.md:1* be brief\n']],
  ['a text file without a last line break', { 'a.md': 'be kind' }, ['a.md:1* be brief']],
  ['a text file with other line endings', { 'a.md': 'one\r\nkind\r\n' }, ['a.md:1* one\r\nbrief\r\n']],
  ['a text file with a byte order mark', { 'a.md': '\uFEFFkind' }, ['a.md:1* \uFEFFbrief']],
  ['code with a byte order mark', { 'a.ts': "\uFEFFf('kind')" }, ["a.ts:1 \uFEFFf('brief')"]],
  ['several files', { 'a.ts': "f('kind')", 'b.md': 'kind' }, ["a.ts:1 f('brief')", 'b.md:1* brief']],
  ['a string among escapes', { 'a.ts': "f('\\x41 kind \\u0042')" }, ["a.ts:1 f('\\x41 brief \\u0042')"]],
  ['nothing in code that cannot be parsed', { 'a.ts': "const 'kind'" }, []],
  ['nothing in what is no text', { 'a.md': new Uint8Array([0xff, 0xfe, 0x6b]) }, []],
  ['nothing where the words are not', { 'a.ts': "f('Kind')" }, []],
]

describe('source: other words in a file', () => {
  for (const [title, files, expected] of CASES)
    it(title, () => expect(ways(files, 'kind', 'brief')).to.deep.equal(expected))

  it('nothing in a file that is not there', () => {
    expect(ways({ 'a.ts': '' }, 'kind', 'brief', ['b.ts'])).to.deep.equal([])
  })

  it('places that overlap', () => {
    expect(ways({ 'a.ts': "f('aaa')" }, 'aa', 'b')).to.deep.equal(["a.ts:1 f('ba')", "a.ts:1 f('ab')"])
  })

  it('a last line that goes leaves the line break of the file', () => {
    expect(ways({ 'a.md': 'one\ntwo\n' }, '\ntwo\n', '')).to.deep.equal(['a.md:1* one\n'])
  })

  it('not where it cannot be written', () => {
    expect(ways({ 'a.md': 'kind' }, 'kind', '\ud800')).to.deep.equal([])
  })
})
