import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import {
  DEFAULT_AGENT,
  fileHash,
  type LuaServer,
  newState,
  type ServerState,
  seedAgent,
  seedSnapshot,
  startLuaServer,
} from './lua-server.js'
import { startServerProcess } from './server-process.js'

const AGENT = `/developer/agents/${DEFAULT_AGENT}`

describe('the embedded Lua server', () => {
  let server: LuaServer

  beforeEach(async () => {
    const state = newState()
    seedAgent(state, { name: 'Bookshop', personas: ['first', 'second'] })
    server = await startLuaServer({ state })
  })
  afterEach(() => server.close())

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    return { status: response.status, answer: (await response.json()) as { data: never; message: string } }
  }

  it('answers the agent, wrapped or bare', async () => {
    const agent = { id: DEFAULT_AGENT, name: 'Bookshop' }
    expect((await call('GET', `/admin/agents/${DEFAULT_AGENT}`)).answer).to.deep.equal({
      success: true,
      data: agent,
    })
    server.state.envelope = false
    expect((await call('GET', `/admin/agents/${DEFAULT_AGENT}`)).answer).to.deep.equal(agent)
  })

  it('wants the key, and knows its agents', async () => {
    const refused = await call('GET', `/admin/agents/${DEFAULT_AGENT}`, undefined, {
      authorization: 'Bearer x',
    })
    expect(refused.status).to.equal(401)
    expect(refused.answer).to.include({ code: 'UNAUTHORIZED', requestId: 'req-1' })
    expect((await call('GET', '/admin/agents/__proto__')).status).to.equal(404)
    expect((await call('GET', '/nowhere')).answer.message).to.equal('Cannot GET /nowhere')
  })

  it('renames an agent by its two half ids', async () => {
    const [baseId, ...rest] = DEFAULT_AGENT.split('_')
    await call('PATCH', `/agents/${baseId}/sub-agent`, { id: rest.join('_'), name: 'Library' })
    expect(server.state.agents[DEFAULT_AGENT]!.name).to.equal('Library')
  })

  it('creates versions as published or as drafts, and deploys them', async () => {
    await call('POST', `${AGENT}/persona/version`, { persona: 'third' })
    server.state.publishOnCreate = false
    await call('POST', `${AGENT}/persona/version`, { persona: { voice: 'fourth' } })
    const numbers = async (query: string) => {
      const { answer } = await call('GET', `${AGENT}/persona/versions${query}`)
      return (answer.data as { versions: { version: number }[] }).versions.map(each => each.version)
    }
    expect(await numbers('?status=published')).to.deep.equal([1, 2, 3])
    expect(await numbers('?status=draft')).to.deep.equal([4])
    await call('POST', `${AGENT}/persona/version/4`, {})
    expect(await numbers('?status=published')).to.deep.equal([1, 2, 3, 4])
    const current = server.state.agents[DEFAULT_AGENT]!.personaVersions.filter(each => each.isCurrent)
    expect(current.map(each => each.version)).to.deep.equal([4])
  })

  it('does the work of a repeated idempotency key once', async () => {
    const key = { 'x-idempotency-key': 'a' }
    await call('POST', `${AGENT}/persona/version`, { persona: 'third' }, key)
    const again = await call('POST', `${AGENT}/persona/version`, { persona: 'third' }, key)
    expect(again.answer.data).to.include({ version: 3 })
    expect(server.state.agents[DEFAULT_AGENT]!.personaVersions).to.have.length(3)
  })

  it('keeps snapshots, and gives blobs on another origin that wants no key', async () => {
    expect((await call('GET', `${AGENT}/backup`)).status).to.equal(404)
    const agent = server.state.agents[DEFAULT_AGENT]!
    seedSnapshot(server.state, agent, { 'src/index.ts': 'let a = 1\n' }, { gzip: true })
    const { answer } = await call('GET', `${AGENT}/backup/manifest`)
    expect((answer.data as { files: unknown[] }).files).to.deep.equal([
      { relativePath: 'src/index.ts', hash: fileHash('let a = 1\n'), size: 10, type: 'source' },
    ])
    const hash = fileHash('let a = 1\n')
    const urls = await call('POST', `${AGENT}/backup/blob-urls`, { hashes: [hash, 'unknown'] })
    const url = (urls.answer.data as { urls: Record<string, string> }).urls[hash]!
    expect(new URL(url).origin).to.not.equal(server.url)
    expect((await fetch(url, { headers: { authorization: 'Bearer test-key' } })).status).to.equal(400)
    const blob = Buffer.from(await (await fetch(url)).arrayBuffer())
    expect(gunzipSync(blob).toString()).to.equal('let a = 1\n')
    expect(server.requests.at(-1)).to.include({ origin: 'blob', method: 'GET' })
  })

  it('takes a snapshot the way the vendor CLI pushes one', async () => {
    const bytes = Buffer.from('hello')
    const hash = fileHash(bytes)
    const missing = await call('POST', `${AGENT}/backup/check-blobs`, { hashes: [hash] })
    expect(missing.answer.data).to.deep.equal({ missing: [hash] })
    const upload = await call('POST', `${AGENT}/backup/blob-upload-urls`, { hashes: [hash] })
    const url = (upload.answer.data as { urls: Record<string, string> }).urls[hash]!
    await fetch(url, { method: 'PUT', body: bytes })
    const files = [{ relativePath: 'hello.md', hash, size: 5, type: 'other' }]
    await call('POST', `${AGENT}/backup/manifest`, { projectHash: 'p', files })
    expect(server.state.blobs[hash]).to.deep.equal({ base64: bytes.toString('base64') })
    expect((await call('GET', `${AGENT}/backup`)).answer.data).to.include({ projectHash: 'p', fileCount: 1 })
  })

  it('misbehaves as told, for the requests that match', async () => {
    server.fault({ path: '*/persona/versions', skip: 1, times: 1 }, { kind: 'answer', status: 503 })
    const statuses: number[] = []
    for (let turn = 0; turn < 3; turn += 1) {
      statuses.push((await call('GET', `${AGENT}/persona/versions`)).status)
    }
    expect(statuses).to.deep.equal([200, 503, 200])
    server.fault({ method: 'POST' }, { kind: 'reset', when: 'before', applied: true })
    let failed = false
    await call('POST', `${AGENT}/persona/version`, { persona: 'lost' }).catch(() => {
      failed = true
    })
    expect(failed).to.equal(true)
    expect(server.state.agents[DEFAULT_AGENT]!.personaVersions.at(-1)).to.include({ persona: 'lost' })
  })

  it('damages bodies so that a client notices', async () => {
    const faults = [
      { kind: 'reset', when: 'during' },
      { kind: 'half-body' },
      { kind: 'wrong-length', by: 10 },
      { kind: 'not-json' },
    ] as const
    for (const fault of faults) {
      server.clearFaults()
      server.fault({}, fault)
      const failed = await call('GET', `/admin/agents/${DEFAULT_AGENT}`).then(
        () => false,
        () => true,
      )
      expect(failed, JSON.stringify(fault)).to.equal(true)
    }
  })
})

describe('the embedded Lua server as a process', () => {
  it('serves a state, takes faults, and saves what changed', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lua-server-'))
    const stateFile = path.join(folder, 'state.json')
    const state = newState()
    seedAgent(state, { personas: ['first'] })
    const server = await startServerProcess({ state, stateFile })
    try {
      const headers = { authorization: 'Bearer test-key', 'content-type': 'application/json' }
      expect(existsSync(stateFile)).to.equal(false)
      const body = JSON.stringify({ persona: 'second' })
      await fetch(`${server.url}${AGENT}/persona/version`, { method: 'POST', headers, body })
      const saved = JSON.parse(readFileSync(stateFile, 'utf8')) as ServerState
      expect(saved.agents[DEFAULT_AGENT]!.personaVersions.at(-1)).to.include({ persona: 'second' })
      await server.fault({}, { kind: 'answer', status: 418 })
      expect((await fetch(server.url)).status).to.equal(418)
      expect((await server.requests()).map(each => each.method)).to.deep.equal(['POST', 'GET'])
    } finally {
      await server.close()
      rmSync(folder, { recursive: true })
    }
  })
})
