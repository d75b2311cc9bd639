import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ignoreOutput } from '../../../src/lib/compile/gitignore.js'
import {
  type OutputFile,
  type OutputPlace,
  recoverOutput,
  stageOutput,
} from '../../../src/lib/compile/output.js'
import { LuaError } from '../../../src/lib/errors.js'

const replaceOutput = (place: OutputPlace, files: Iterable<OutputFile>) => stageOutput(place, files).publish()

describe('the output folder', () => {
  let place: OutputPlace
  const output = (path = '') => join(place.root, 'dist-v2', path)
  const files = (text: string) => [
    { path: 'manifest.json', data: text },
    { path: 'artifacts/tool/a b.js', data: text },
  ]
  const left = () => readdirSync(place.stateDir).filter(name => name.startsWith('dist-v2'))

  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), 'out put #ü-'))
    place = { root, stateDir: join(root, '.lua') }
  })
  afterEach(() => {
    if (existsSync(output())) chmodSync(output(), 0o755)
    rmSync(place.root, { recursive: true })
  })

  it('is made, and replaced whole: what is not in the new one is gone', () => {
    replaceOutput(place, [...files('1'), { path: 'artifacts/job/stale.js', data: 'x' }])
    replaceOutput(place, files('2'))
    expect(readFileSync(output('artifacts/tool/a b.js'), 'utf8')).to.equal('2')
    expect(existsSync(output('artifacts/job'))).to.equal(false)
    expect(left()).to.deep.equal([])
  })

  it('is as before until the new one is published, and when that is thrown away', () => {
    replaceOutput(place, files('1'))
    const staged = stageOutput(place, files('2'))
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    staged.discard()
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    expect(left()).to.deep.equal([])
  })

  it('takes over files of the old one', () => {
    replaceOutput(place, files('1'))
    replaceOutput(place, [{ path: 'manifest.json', from: output('artifacts/tool/a b.js') }])
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    expect(readdirSync(output())).to.deep.equal(['manifest.json'])
  })

  it('is as before when a file cannot be written', () => {
    replaceOutput(place, files('1'))
    const broken = [...files('2'), { path: 'manifest.json/inside-a-file', data: '' }]
    expect(() => replaceOutput(place, broken)).to.throw(LuaError, 'as it was')
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    expect(left()).to.deep.equal([])
  })

  it('is as before when making the files fails half-way', () => {
    replaceOutput(place, files('1'))
    function* failing() {
      yield* files('2')
      throw new LuaError('INTERRUPTED', 'stop')
    }
    expect(() => replaceOutput(place, failing())).to.throw('stop')
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    expect(left()).to.deep.equal([])
  })

  for (const folder of ['', 'artifacts']) {
    it(`is refused and untouched when ${folder || 'it'} is read-only`, () => {
      replaceOutput(place, files('1'))
      chmodSync(output(folder), 0o555)
      expect(() => replaceOutput(place, files('2')))
        .to.throw(LuaError, 'read-only')
        .with.property('exitCode', 20)
      chmodSync(output(folder), 0o755)
      expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    })
  }

  it('is refused when something else has its name', () => {
    writeFileSync(output(), 'mine')
    expect(() => replaceOutput(place, files('1'))).to.throw(LuaError, 'not a folder')
    expect(readFileSync(output(), 'utf8')).to.equal('mine')
  })

  it('comes back after a crash between the two renames, and leftovers go', () => {
    mkdirSync(join(place.stateDir, 'dist-v2.old'), { recursive: true })
    writeFileSync(join(place.stateDir, 'dist-v2.old', 'manifest.json'), 'old')
    mkdirSync(join(place.stateDir, 'dist-v2.new'))
    recoverOutput(place)
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('old')
    expect(left()).to.deep.equal([])
  })

  it('is not brought back over a new one', () => {
    replaceOutput(place, files('new'))
    mkdirSync(join(place.stateDir, 'dist-v2.old'))
    recoverOutput(place)
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('new')
    expect(left()).to.deep.equal([])
  })
})

describe('the output folder in .gitignore', () => {
  it('is added once, in the line endings of the file', () => {
    expect(ignoreOutput(undefined)).to.equal('dist-v2/\n')
    expect(ignoreOutput('node_modules/\n')).to.equal('node_modules/\ndist-v2/\n')
    expect(ignoreOutput('node_modules/\r\n*.log')).to.equal('node_modules/\r\n*.log\r\ndist-v2/\r\n')
    expect(ignoreOutput('node_modules/\ndist-v2/\n')).to.equal(undefined)
  })

  it('is left alone where somebody decided otherwise', () => {
    expect(ignoreOutput('!dist-v2\n')).to.equal(undefined)
    expect(ignoreOutput('# dist-v2/\n')).to.equal(undefined)
  })
})
