import { once } from 'node:events'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { expect } from 'chai'
import { type ErrorCode, LuaError } from '../../../src/lib/errors.js'
import { createServer, type RequestEvent, type ServerOptions } from '../../../src/lib/server/index.js'
import {
  DEFAULT_AGENT,
  type Fault,
  type LuaServer,
  newState,
  seedAgent,
  seedSnapshot,
  startLuaServer,
} from '../../support/lua-server.js'

const KEY = 'test-key'
/** For what never ends; what does is waited for, however busy the machine is. */
const QUICK = { connectMs: 200, requestMs: 250, pauseMs: 1 }
const PATIENT = { connectMs: 15_000, requestMs: 15_000, pauseMs: 1 }
const isEndless = ({ kind }: Fault) => kind === 'hang' || kind === 'trickle'

describe('server: when the wire misbehaves', () => {
  let server: LuaServer

  beforeEach(async () => {
    const state = newState()
    seedAgent(state, { name: 'Bookshop', personas: ['first'] })
    server = await startLuaServer({ state })
  })
  const toClose: HttpServer[] = []
  afterEach(async () => {
    await server.close()
    for (const each of toClose.splice(0)) each.close().closeAllConnections()
  })

  function client(options: Partial<ServerOptions> = {}) {
    return createServer({ url: server.url, apiKey: KEY, agentId: DEFAULT_AGENT, timing: PATIENT, ...options })
  }

  /** The outcome of a call, an error as `CODE` or `CODE unclear`. One that never ends is ended by the test's own limit. */
  async function outcome(call: Promise<unknown>): Promise<{ got: unknown; error?: LuaError }> {
    try {
      return { got: await call }
    } catch (error) {
      if (!(error instanceof LuaError)) throw error
      return { got: error.code + (error.unclear ? ' unclear' : ''), error }
    }
  }

  const agent = { id: DEFAULT_AGENT, name: 'Bookshop' }
  interface Row {
    fault: Fault
    /** Outcome of a GET, and how many requests it took. */
    get: [ErrorCode | typeof agent, number]
    /** Outcome of creating a version, requests it took, versions that the server then has. */
    post: [string | number, number, number]
  }
  const rows: Row[] = [
    {
      fault: { kind: 'reset', when: 'before' },
      get: ['SERVER_UNREACHABLE', 3],
      post: ['SERVER_UNREACHABLE unclear', 3, 1],
    },
    {
      fault: { kind: 'reset', when: 'before', applied: true },
      get: ['SERVER_UNREACHABLE', 3],
      post: ['SERVER_UNREACHABLE unclear', 3, 2],
    },
    {
      fault: { kind: 'reset', when: 'during' },
      get: ['SERVER_UNREACHABLE', 3],
      post: ['SERVER_UNREACHABLE unclear', 3, 2],
    },
    { fault: { kind: 'reset', when: 'after' }, get: [agent, 1], post: [2, 1, 2] },
    { fault: { kind: 'hang' }, get: ['SERVER_UNREACHABLE', 3], post: ['SERVER_UNREACHABLE unclear', 1, 1] },
    {
      fault: { kind: 'trickle' },
      get: ['SERVER_UNREACHABLE', 3],
      post: ['SERVER_UNREACHABLE unclear', 1, 2],
    },
    {
      fault: { kind: 'half-body' },
      get: ['SERVER_UNREACHABLE', 3],
      post: ['SERVER_UNREACHABLE unclear', 3, 2],
    },
    {
      fault: { kind: 'wrong-length', by: 10 },
      get: ['SERVER_UNREACHABLE', 3],
      post: ['SERVER_UNREACHABLE unclear', 3, 2],
    },
    { fault: { kind: 'not-json' }, get: ['SERVER_INVALID', 1], post: ['SERVER_INVALID unclear', 1, 1] },
    {
      fault: { kind: 'answer', status: 200, body: { hello: 1 } },
      get: ['SERVER_INVALID', 1],
      post: ['SERVER_INVALID unclear', 1, 1],
    },
    {
      fault: { kind: 'redirect', to: 'https://evil.example/steal' },
      get: ['SERVER_INVALID', 1],
      post: ['SERVER_INVALID unclear', 1, 1],
    },
  ]
  for (const { fault, get, post } of rows) {
    it(`reads through: ${JSON.stringify(fault)}`, async () => {
      server.fault({}, fault)
      const timing = isEndless(fault) ? QUICK : PATIENT
      const { got } = await outcome(client({ timing }).getAgent())
      expect([got, server.requests.length]).to.deep.equal(get)
    })
    it(`writes through: ${JSON.stringify(fault)}`, async () => {
      server.fault({}, fault)
      const timing = isEndless(fault) ? QUICK : PATIENT
      const { got } = await outcome(client({ timing }).createPersonaVersion('second'))
      const { personaVersions } = server.state.agents[DEFAULT_AGENT]!
      expect([got, server.requests.length, personaVersions.length]).to.deep.equal(post)
    })
  }

  it('reads 10 MB of JSON, and no bomb', async () => {
    server.fault({ times: 1 }, { kind: 'huge', bytes: 10_000_000 })
    expect(await client().getAgent()).to.deep.equal(agent)
    server.fault({}, { kind: 'gzip-bomb', bytes: 1_000_000_000 })
    const before = process.memoryUsage().rss
    const { got, error } = await outcome(client().getAgent())
    expect(got).to.equal('SERVER_INVALID')
    expect(error!.message).to.include('is larger than 64 MB')
    expect(process.memoryUsage().rss - before).to.be.below(400e6)
  })

  it('tells a connection that was refused, a name that is unknown and a certificate that is not good', async () => {
    const { url } = await startLuaServer().then(async gone => {
      await gone.close()
      return gone
    })
    const attempts: RequestEvent[] = []
    const refused = await outcome(
      client({ url, onRequest: event => attempts.push(event) }).createPersonaVersion('p'),
    )
    expect([refused.got, refused.error!.message, attempts.length]).to.deep.equal([
      'SERVER_UNREACHABLE',
      `${url} could not be reached: connection refused.`,
      3,
    ])
    const unknown = await outcome(client({ url: 'https://no-such-host.invalid' }).createPersonaVersion('p'))
    expect(unknown.got).to.equal('SERVER_UNREACHABLE')
    expect(unknown.error!.message).to.match(/\(DNS\)|no network/)
    const secure = await startLuaServer({ state: server.state, tls: 'self-signed' })
    const events: RequestEvent[] = []
    const onRequest = (event: RequestEvent) => events.push(event)
    const untrusted = await outcome(client({ url: secure.url, onRequest }).createPersonaVersion('p'))
    await secure.close()
    expect(untrusted.got).to.equal('SERVER_UNREACHABLE')
    expect(untrusted.error!.message).to.include('its certificate is self-signed')
    expect([events.length, secure.requests.length]).to.deep.equal([1, 0])
  })

  it('knows that nothing was sent when the TLS handshake failed', async () => {
    const slammed = createTcpServer(socket => socket.resetAndDestroy())
    await once(slammed.listen(0, '127.0.0.1'), 'listening')
    const url = `https://127.0.0.1:${(slammed.address() as AddressInfo).port}`
    const { got } = await outcome(client({ url }).createPersonaVersion('p'))
    slammed.close()
    expect(got).to.equal('SERVER_UNREACHABLE')
  })

  it('never sends the key along a redirect, and follows those to the same server', async () => {
    const other = await startLuaServer({ state: server.state })
    const path = `/admin/agents/${DEFAULT_AGENT}`
    server.fault({ times: 1 }, { kind: 'redirect', to: other.url + path })
    const away = await outcome(client().getAgent())
    await other.close()
    expect(away.error!.message).to.include(`which is not followed: ${other.url}`)
    expect(other.requests).to.deep.equal([])
    server.fault({ times: 1 }, { kind: 'redirect', to: path, status: 308 })
    expect(await client().getAgent()).to.deep.equal(agent)
  })

  it('takes another scheme on the same host and port for another server', async () => {
    const away = server.url.replace('http:', 'https:')
    server.fault({}, { kind: 'redirect', to: `${away}/admin/agents/${DEFAULT_AGENT}` })
    const { error } = await outcome(client().getAgent())
    expect(error!.message).to.include(`which is not followed: ${away}`)
  })

  it('leaves no connection open on which the body of a redirect never ends', async () => {
    const closed: Promise<unknown>[] = []
    const endless = createHttpServer((asked, answer) => {
      if (asked.url !== '/end') {
        closed.push(once(answer, 'close'))
        answer.writeHead(302, { location: '/end', 'content-length': 1000 }).write('<html>')
      } else answer.end(JSON.stringify(agent))
    })
    toClose.push(endless)
    await once(endless.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`
    expect(await client({ url }).getAgent()).to.deep.equal(agent)
    expect(closed).to.have.length(1)
    await Promise.all(closed)
  })

  it('waits no longer than it may for Retry-After, seconds or a date, and a date that is over is no wait', async () => {
    const asksFor = (after: string) =>
      server.fault({ times: 1 }, { kind: 'answer', status: 429, headers: { 'retry-after': after } })
    for (const after of ['3600', new Date(Date.now() + 3_600_000).toUTCString()]) {
      asksFor(after)
      expect((await outcome(client().getAgent())).got, after).to.equal('SERVER_UNREACHABLE')
    }
    expect(server.requests).to.have.length(2)
    for (const after of ['Wed, 01 Jan 2020 00:00:05 GMT', ' 0 ', 'soon', '-1']) {
      asksFor(after)
      expect((await outcome(client().getAgent())).got, after).to.deep.equal(agent)
    }
  })

  it('tells of every hop and every attempt once', async () => {
    const path = `/admin/agents/${DEFAULT_AGENT}`
    server.fault({ times: 1 }, { kind: 'redirect', to: path })
    server.fault({ times: 1 }, { kind: 'answer', status: 503 })
    const told: unknown[] = []
    await client({ onRequest: ({ url, attempt, status }) => told.push([url, attempt, status]) }).getAgent()
    const url = server.url + path
    expect(told).to.deep.equal([
      [url, 1, 302],
      [url, 1, 503],
      [url, 2, 200],
    ])
  })

  it('gives up on a loop of redirects', async () => {
    server.fault({}, { kind: 'redirect', to: '/again' })
    const { got, error } = await outcome(client().getAgent())
    expect([got, server.requests.length]).to.deep.equal(['SERVER_INVALID', 6])
    expect(error!.message).to.include('more than 5 redirects')
  })

  it('is done by its deadline, whatever the server does', async () => {
    const timing = { connectMs: 60_000, requestMs: 60_000, pauseMs: 1 }
    const faults: Fault[] = [
      { kind: 'hang' },
      { kind: 'trickle' },
      { kind: 'answer', status: 429, headers: { 'retry-after': '60' } },
    ]
    for (const fault of faults) {
      server.clearFaults()
      server.fault({}, fault)
      const { got } = await outcome(client({ timing, deadline: Date.now() + 300 }).getAgent())
      expect(got, JSON.stringify(fault)).to.equal('SERVER_UNREACHABLE')
    }
    const late = await outcome(client({ deadline: Date.now() - 1 }).getAgent())
    expect(late.got).to.equal('SERVER_UNREACHABLE')
    expect(server.requests).to.have.length(faults.length)
  })

  it('bounds a call with all its attempts, where there is no deadline', async () => {
    server.fault({}, { kind: 'hang' })
    const timing = { connectMs: 200, requestMs: 200, pauseMs: 1, callMs: 300 }
    const { got } = await outcome(client({ timing }).getAgent())
    expect(got).to.equal('SERVER_UNREACHABLE')
    expect(server.requests.length, 'not all three attempts').to.be.within(1, 2)
  })

  it('creates one version, not two, when the answer to the first attempt was lost', async () => {
    server.fault({ times: 1 }, { kind: 'reset', when: 'before', applied: true })
    expect(await client().createPersonaVersion('second')).to.equal(2)
    expect(server.state.agents[DEFAULT_AGENT]!.personaVersions).to.have.length(2)
  })

  describe('blobs', () => {
    async function blobUrl(text: string): Promise<string> {
      const agent = server.state.agents[DEFAULT_AGENT]!
      const { hash } = seedSnapshot(server.state, agent, { 'a.txt': text }).files[0]!
      return (await client().getBlobUrls([hash])).get(hash)!
    }

    it('come as they are, without the key, and are traced without their signature', async () => {
      const url = await blobUrl('hello')
      const events: RequestEvent[] = []
      const bytes = await client({ onRequest: event => events.push(event) }).fetchBlob(url, 100)
      expect(bytes.toString()).to.equal('hello')
      expect(server.requests.at(-1)!.headers).to.not.have.property('authorization')
      expect(events.map(event => event.url)).to.deep.equal([url.replace(/\?.*/, '')])
    })
    it('are bounded, retried, and follow no redirect', async () => {
      const url = await blobUrl('hello')
      expect((await outcome(client().fetchBlob(url, 4))).got).to.equal('SERVER_INVALID')
      server.fault({ origin: 'blob', times: 2 }, { kind: 'answer', status: 503 })
      expect((await client().fetchBlob(url, 100)).toString()).to.equal('hello')
      server.fault({ origin: 'blob' }, { kind: 'redirect', to: '/blobs/other' })
      expect((await outcome(client().fetchBlob(url, 100))).got).to.equal('SERVER_INVALID')
    })
  })
})
