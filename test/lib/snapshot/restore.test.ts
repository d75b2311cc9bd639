import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { commitFiles } from '../../../src/lib/disk/index.js'
import { asLuaError } from '../../../src/lib/errors.js'
import { createServer, type LuaServer } from '../../../src/lib/server/index.js'
import {
  type FetchOptions,
  fetchRestore,
  guardRestore,
  newerSnapshot,
  prepareRestore,
  readSnapshotBase,
} from '../../../src/lib/snapshot/index.js'
import * as support from '../../support/lua-server.js'

const CONFIG = `# ours\nagent:\n  agentId: ${support.DEFAULT_AGENT}\n`

let embedded: support.LuaServer
let server: LuaServer
let root: string
const project = () => ({ root, stateDir: join(root, '.lua') })

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'lua-restore-')))
  put('lua.skill.yaml', CONFIG)
  put('src/index.ts', 'old')
  embedded = await support.startLuaServer()
  server = createServer({ url: embedded.url, apiKey: support.DEFAULT_KEY, agentId: support.DEFAULT_AGENT })
})
afterEach(async () => {
  await embedded.close()
  rmSync(root, { recursive: true, force: true })
})

function put(name: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}

const text = (name: string) => readFileSync(join(root, name), 'utf8')

function seed(texts: Record<string, string>, options: support.SnapshotOptions = {}): support.StoredSnapshot {
  const agent = support.seedAgent(embedded.state)
  return support.seedSnapshot(embedded.state, agent, texts, options)
}

/** A base that says: this checkout last saw the files as they are now. */
function baseOf(...names: string[]): void {
  const files = names.map(relativePath => ({ relativePath, hash: support.fileHash(text(relativePath)) }))
  put(
    '.lua/backup-manifest.json',
    JSON.stringify({ lastHash: 'old', lastPushedAt: '2025-01-01T00:00:00.000Z', files }),
  )
}

const blobRequests = () => embedded.requests.filter(request => request.path.startsWith('/blobs/')).length

const plan = async () => prepareRestore(project(), await server.getSnapshotManifest())

async function pull(options: FetchOptions & { force?: boolean } = {}) {
  const prepared = await plan()
  if (!options.force) guardRestore(prepared)
  const restore = await fetchRestore(server, project(), prepared, options)
  await commitFiles(restore.writes, { stateDir: project().stateDir })
  return { ...restore, plan: prepared }
}

describe('a restore', () => {
  it('brings every file that differs, leaves the others, and remembers what it saw', async () => {
    put('src/same.ts', 'same')
    put('src/mine.ts', 'only here')
    baseOf('src/index.ts', 'src/same.ts')
    const texts = {
      'src/index.ts': 'new é 😀',
      'src/same.ts': 'same',
      'src/deep/a.ts': 'a',
      'lua.skill.yaml': CONFIG,
    }
    const snapshot = seed(texts, { gzip: true, createdAt: Date.UTC(2026, 0, 2) })
    expect(newerSnapshot((await server.getSnapshot())!, readSnapshotBase(project().root))).to.equal(true)
    const inode = statSync(join(root, 'src/same.ts')).ino
    const { changed, notes } = await pull()
    expect(changed).to.deep.equal(['src/index.ts', 'src/deep/a.ts'])
    expect(notes).to.deep.equal([])
    expect([text('src/index.ts'), text('src/deep/a.ts')]).to.deep.equal(['new é 😀', 'a'])
    expect([text('src/mine.ts'), statSync(join(root, 'src/same.ts')).ino]).to.deep.equal(['only here', inode])
    expect(blobRequests()).to.equal(2)
    expect(JSON.parse(text('.lua/backup-manifest.json'))).to.deep.equal({
      lastHash: snapshot.projectHash,
      lastPushedAt: '2026-01-02T00:00:00.000Z',
      files: snapshot.files.map(({ relativePath, hash }) => ({ relativePath, hash })),
    })
    expect(newerSnapshot((await server.getSnapshot())!, readSnapshotBase(project().root))).to.equal(false)
    expect((await plan()).items).to.deep.equal([])
  })

  it('is refused with every path while files hold work, before any content is fetched', async () => {
    put('src/b.ts', 'work')
    baseOf('src/index.ts')
    put('src/index.ts', 'edited')
    seed({ 'src/index.ts': 'new', 'src/b.ts': 'theirs', 'src/c.ts': 'c' })
    const error = await pull().catch(asLuaError)
    expect(error).to.include({ code: 'CONFLICT' })
    expect((error as Error).message).to.contain('src/index.ts\n  src/b.ts')
    expect([text('src/index.ts'), text('src/b.ts'), existsSync(join(root, 'src/c.ts'))]).to.deep.equal([
      'edited',
      'work',
      false,
    ])
    expect(blobRequests()).to.equal(0)
    await pull({ force: true })
    expect([text('src/index.ts'), text('src/b.ts'), text('src/c.ts')]).to.deep.equal(['new', 'theirs', 'c'])
  })

  it('trusts git about files that no base tells of, CRLF checkouts too', async () => {
    const git = (...args: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'core.autocrlf=false', ...args],
        {
          cwd: root,
          stdio: 'ignore',
        },
      )
    put('src/crlf.ts', 'a\nb\n')
    git('init')
    git('add', '-A')
    git('commit', '-m', 'x', '--no-gpg-sign')
    put('src/crlf.ts', 'a\r\nb\r\n')
    seed({ 'src/index.ts': 'new', 'src/crlf.ts': 'a\nc\n' })
    expect((await plan()).locallyChanged).to.deep.equal([])
    put('src/index.ts', 'not committed')
    expect((await plan()).locallyChanged).to.deep.equal(['src/index.ts'])
  })

  it('merges lua.skill.yaml even right after the vendor’s push, whose base is a little behind', async () => {
    baseOf('src/index.ts', 'lua.skill.yaml')
    put('lua.skill.yaml', `${CONFIG}backup:\n  lastHash: old # by the vendor\n`)
    seed({
      'src/index.ts': 'old',
      'lua.skill.yaml': 'agent: { agentId: other }\nskills: [ { name: s, version: 2.0.0 } ]\n',
    })
    await pull()
    expect(text('lua.skill.yaml')).to.equal(
      `${CONFIG}backup:\n  lastHash: old # by the vendor\nskills:\n  - name: s\n    version: 2.0.0\n`,
    )
  })

  it('says so when the snapshot’s lua.skill.yaml cannot be merged, and goes on', async () => {
    baseOf('src/index.ts')
    seed({ 'src/index.ts': 'new', 'lua.skill.yaml': 'agent: [' })
    const { changed, notes } = await pull()
    expect(changed).to.deep.equal(['src/index.ts'])
    expect(notes).to.have.length(1)
    expect(text('lua.skill.yaml')).to.equal(CONFIG)
  })

  it('leaves out what may not be written, and says why', async () => {
    baseOf('src/index.ts')
    const external = ['../shared/a.ts']
    seed(
      {
        'src/index.ts': 'new',
        '.env': 'KEY=1',
        '../out.ts': 'x',
        '.git/hooks/pre-commit': 'x',
        '../shared/a.ts': 'shared',
      },
      { external },
    )
    const { plan: prepared } = await pull()
    expect(prepared.refused.map(each => each.relativePath)).to.deep.equal([
      '.env',
      '../out.ts',
      '.git/hooks/pre-commit',
    ])
    expect(text('.lua/external/up/shared/a.ts')).to.equal('shared')
    expect([existsSync(join(root, '.env')), existsSync(join(root, '../out.ts'))]).to.deep.equal([
      false,
      false,
    ])
    expect([...readSnapshotBase(project().root)!.files.keys()]).to.deep.equal([
      'src/index.ts',
      '../shared/a.ts',
    ])
  })

  it('brings back files deleted here, and an archive as the archive that it is', async () => {
    put('src/gone.ts', 'gone')
    baseOf('src/index.ts', 'src/gone.ts')
    rmSync(join(root, 'src/gone.ts'))
    seed({ 'src/index.ts': 'old', 'src/gone.ts': 'gone' })
    // An archive goes through the platform as the text that it decodes to; what hashes right is taken as it is.
    const archive = gzipSync('inside')
    const hash = support.fileHash(archive.toString('utf8'))
    embedded.state.blobs[hash] = { base64: archive.toString('base64') }
    const { snapshot } = embedded.state.agents[support.DEFAULT_AGENT]!
    snapshot!.files.push({ relativePath: 'data.gz', hash, size: archive.length, type: 'other' })
    await pull()
    expect(text('src/gone.ts')).to.equal('gone')
    expect(readFileSync(join(root, 'data.gz')).equals(archive)).to.equal(true)
  })

  it('refuses to go on when a file changes while contents are fetched', async () => {
    baseOf('src/index.ts')
    seed({ 'src/index.ts': 'new', 'src/b.ts': 'b' })
    const prepared = await plan()
    const onProgress = () => put('src/index.ts', 'typed by a person')
    const error = await fetchRestore(server, project(), prepared, { onProgress }).catch(asLuaError)
    expect(error).to.include({ code: 'FILE_CHANGED' })
    expect(text('src/index.ts')).to.equal('typed by a person')
  })

  it('restores 200 files, ten at a time, each content once, and tells how far it is', async function () {
    this.timeout(60_000)
    const texts = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`src/${n % 40}/${n}.ts`, `export const n = ${n % 100}\n`]),
    )
    seed(texts)
    const seen: number[] = []
    await pull({ onProgress: ({ done, total }) => seen.push(done / total) })
    expect(statSync(join(root, '.lua/backup-manifest.json')).mode & 0o777).to.equal(0o600)
    expect(seen).to.have.length(100)
    expect(seen.at(-1)).to.equal(1)
    expect(blobRequests()).to.equal(100)
    for (const [name, expected] of Object.entries(texts)) expect(text(name)).to.equal(expected)
    expect((await plan()).items).to.deep.equal([])
  })
})

describe('a restore from a server that cannot be trusted', () => {
  const failure = async (limits?: { file: number; total: number }) => {
    const prepared = await plan()
    const error = await fetchRestore(server, project(), prepared, { limits }).catch(asLuaError)
    expect(text('src/index.ts')).to.equal('old')
    return error
  }

  beforeEach(() => baseOf('src/index.ts'))

  it('refuses a content that is not what its hash says, plain or compressed, or that is gone', async () => {
    const [file] = seed({ 'src/index.ts': 'new' }).files
    for (const bytes of [
      Buffer.from('evil'),
      gzipSync('evil'),
      gzipSync('new').subarray(0, 15),
      Buffer.alloc(0),
    ]) {
      embedded.state.blobs[file!.hash] = { base64: bytes.toString('base64') }
      expect(await failure()).to.include({ code: 'SERVER_INVALID' })
    }
    delete embedded.state.blobs[file!.hash]
    const error = await failure()
    expect(error).to.include({ code: 'SERVER_INVALID' })
    expect((error as Error).message).to.contain('no longer has it')
  })

  it('refuses what is too large: by its claim before it is fetched, by its body, or once decompressed', async () => {
    const [file] = seed({ 'src/index.ts': 'x'.repeat(100_000) }).files
    const limits = { file: 50_000, total: 200_000 }
    expect(await failure(limits)).to.include({ code: 'FILE_REFUSED' })
    expect(blobRequests()).to.equal(0)
    file!.size = 10
    embedded.state.agents[support.DEFAULT_AGENT]!.snapshot!.files[0]!.size = 10
    expect(await failure(limits))
      .to.have.property('exitCode')
      .that.is.oneOf([11, 21])
    embedded.state.blobs[file!.hash]!.gzip = true
    expect(await failure(limits)).to.include({ code: 'FILE_REFUSED' })
  })

  it('refuses a snapshot that is too large in all, by its claims or as it comes', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`src/${n}.ts`, String(n).repeat(1000)]),
    )
    const { files } = seed(texts)
    expect(await failure({ file: 5000, total: 20_000 })).to.include({ code: 'FILE_REFUSED' })
    expect(blobRequests()).to.equal(0)
    for (const file of files) file.size = 1
    expect(await failure({ file: 5000, total: 20_000 })).to.include({ code: 'FILE_REFUSED' })
    expect(blobRequests()).to.be.lessThan(30)
  })
})
