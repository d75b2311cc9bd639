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
import {
  type OutputFile,
  type OutputPlace,
  recoverOutput,
  StagedOutput,
} from '../../../../src/lib/compile/output/folder.js'
import { ignoreOutput } from '../../../../src/lib/compile/output/gitignore.js'
import { LuaError } from '../../../../src/lib/errors.js'

async function replaceOutput(place: OutputPlace, files: OutputFile[]): Promise<void> {
  const staged = StagedOutput.open(place)
  for (const file of files) staged.add(file)
  await staged.publish()
}

/** What a promise is rejected with. */
async function failure(promise: Promise<unknown>): Promise<LuaError> {
  const error = await promise.then(
    () => undefined,
    thrown => thrown,
  )
  expect(error).to.be.instanceOf(LuaError)
  return error
}

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

  it('is made, and replaced whole: what is not in the new one is gone', async () => {
    await replaceOutput(place, [...files('1'), { path: 'artifacts/job/stale.js', data: 'x' }])
    await replaceOutput(place, files('2'))
    expect(readFileSync(output('artifacts/tool/a b.js'), 'utf8')).to.equal('2')
    expect(existsSync(output('artifacts/job'))).to.equal(false)
    expect(left()).to.deep.equal([])
  })

  it('is as before until the new one is published, and when that is thrown away', async () => {
    await replaceOutput(place, files('1'))
    const staged = StagedOutput.open(place)
    for (const file of files('2')) staged.add(file)
    await staged.complete()
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    await staged.discard()
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    expect(left()).to.deep.equal([])
  })

  it('takes over files of the old one, and reads others when their turn comes', async () => {
    await replaceOutput(place, files('1'))
    await replaceOutput(place, [
      { path: 'manifest.json', from: output('artifacts/tool/a b.js') },
      { path: 'sources/1.ts', read: async () => Buffer.from('read') },
    ])
    expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    expect(readFileSync(output('sources/1.ts'), 'utf8')).to.equal('read')
    expect(readdirSync(output())).to.deep.equal(['manifest.json', 'sources'])
  })

  it('writes any number of files', async () => {
    const many = Array.from({ length: 300 }, (_, at) => ({ path: `artifacts/tool/${at}.js`, data: `${at}` }))
    await replaceOutput(place, many)
    expect(readdirSync(output('artifacts/tool'))).to.have.length(300)
    expect(readFileSync(output('artifacts/tool/299.js'), 'utf8')).to.equal('299')
  })

  for (const [what, file] of Object.entries<OutputFile>({
    'a file that cannot be written': { path: 'manifest.json/inside-a-file', data: '' },
    'two files of one name': { path: 'manifest.json', data: 'again' },
    'a file of the old one that is gone': { path: 'x.js', from: '/nowhere/at/all' },
    'a source that cannot be read': {
      path: 'sources/x',
      read: () => Promise.reject(new LuaError('COMPILE_FAILED', 'it was as it was')),
    },
  })) {
    it(`is as before after ${what}`, async () => {
      await replaceOutput(place, files('1'))
      expect((await failure(replaceOutput(place, [...files('2'), file]))).message).to.contain('as it was')
      expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
      expect(left()).to.deep.equal([])
    })
  }

  for (const folder of ['', 'artifacts']) {
    it(`is refused and untouched when ${folder || 'it'} is read-only`, async () => {
      await replaceOutput(place, files('1'))
      chmodSync(output(folder), 0o555)
      const error = await failure(replaceOutput(place, files('2')))
      expect(error.message).to.contain('read-only')
      expect(error.exitCode).to.equal(20)
      chmodSync(output(folder), 0o755)
      expect(readFileSync(output('manifest.json'), 'utf8')).to.equal('1')
    })
  }

  it('is refused when something else has its name', async () => {
    writeFileSync(output(), 'mine')
    expect((await failure(replaceOutput(place, files('1')))).message).to.contain('not a folder')
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

  it('is not brought back over a new one', async () => {
    await replaceOutput(place, files('new'))
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
