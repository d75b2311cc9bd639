import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { flagValue, hasFlag, parseShard } from '../../src/cli/flags.js'
import { commandFirst, VALUED } from '../../src/cli/main.js'
import { formatOf } from '../../src/cli/output.js'
import { isTraced } from '../../src/cli/trace.js'
import { LuaError } from '../../src/lib/errors.js'
import { ROOT } from '../support/run-lua.js'

describe('a command line that is not parsed yet', () => {
  it('tells a flag and its value, before any --', () => {
    expect(hasFlag(['a', '--json'], 'json')).to.equal(true)
    expect(hasFlag(['--', '--json'], 'json')).to.equal(false)
    expect(hasFlag(['--jsonish'], 'json')).to.equal(false)
    expect(flagValue(['--cwd', 'a b'], 'cwd')).to.equal('a b')
    expect(flagValue(['--cwd=a=b'], 'cwd')).to.equal('a=b')
    expect(flagValue(['--cwd'], 'cwd')).to.equal(undefined)
    expect(flagValue(['--', '--cwd', 'x'], 'cwd')).to.equal(undefined)
  })

  it('tells the format, text where it is none', () => {
    expect(formatOf(['--format', 'junit'])).to.equal('junit')
    expect(formatOf(['--format=markdown'])).to.equal('markdown')
    expect(formatOf(['--json'])).to.equal('json')
    expect(formatOf(['--format', 'yaml'])).to.equal('text')
    expect(formatOf([])).to.equal('text')
  })
})

describe('flags of the program before the command', () => {
  const rows: [string, string][] = [
    ['--ci sync --check', 'sync --ci --check'],
    ['--json --cwd a sync --check', 'sync --json --cwd a --check'],
    ['--cwd=a --quiet compile', 'compile --cwd=a --quiet'],
    ['--cwd sync sync', 'sync --cwd sync'],
    ['--help sync', 'sync --help'],
    ['--ci snyc', 'snyc --ci'],
    ['sync --ci', 'sync --ci'],
    ['--help', '--help'],
    ['--version sync', '--version'],
    ['--ci --version', '--version'],
    ['sync --version', 'sync --version'],
    ['--ci help sync', 'help sync'],
    ['--ci', '--ci'],
    ['-- sync', '-- sync'],
    ['', ''],
  ]
  for (const [given, wanted] of rows) {
    const words = (text: string) => text.split(' ').filter(Boolean)
    it(given || 'none', () => expect(commandFirst(words(given))).to.deep.equal(words(wanted)))
  }
})

it('flags that take a value are known before the command line is parsed', () => {
  const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8'))
  const valued = Object.values<{ flags: Record<string, { type: string; name: string }> }>(commands)
    .flatMap(({ flags }) => Object.values(flags))
    .filter(({ type }) => type === 'option')
  expect(VALUED).to.have.members([...new Set(valued.map(({ name }) => `--${name}`))])
})

describe('--shard', () => {
  it('is i of n', () => {
    expect(parseShard('2/4')).to.deep.equal({ index: 2, of: 4 })
    expect(parseShard('1/1')).to.deep.equal({ index: 1, of: 1 })
  })

  for (const wrong of ['0/2', '3/2', '1/0', '1', '1/', '-1/2', '1/2/3', 'a/b', '1.5/2', '']) {
    it(`refuses "${wrong}"`, () => {
      expect(() => parseShard(wrong))
        .to.throw(LuaError, 'expected i/n')
        .with.property('code', 'USAGE')
    })
  }
})

describe('DEBUG', () => {
  it('asks for our trace by name, with stars, and not by other names', () => {
    for (const on of ['lua*', 'lua:*', '*', 'x,lua*', 'x lua:trace']) expect(isTraced(on), on).to.equal(true)
    for (const off of ['', 'lua', 'lua:sync', 'other*', '-lua*', 'lua*,-lua:*', 'l.a*']) {
      expect(isTraced(off), off).to.equal(false)
    }
  })
})
