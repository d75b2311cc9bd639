import { expect } from 'chai'
import nock from 'nock'
import { type ErrorCode, LuaError } from '../../../src/lib/errors.js'
import { createServer, type RequestEvent, type ServerOptions } from '../../../src/lib/server/index.js'

const URL_ = 'https://api.lua.test'
const AGENT_ID = 'base_agent_1'
const KEY = 'canary-key-4711'
// Active from its import on; other tests of the same process speak to real servers.
nock.restore()

const QUICK = { requestMs: 2000, pauseMs: 1 }

function client(options: Partial<ServerOptions> = {}) {
  return createServer({ url: URL_, apiKey: KEY, agentId: AGENT_ID, timing: QUICK, ...options })
}

async function failure(promise: Promise<unknown>): Promise<LuaError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).to.be.instanceOf(LuaError)
  return thrown as LuaError
}

describe('server/client', () => {
  before(() => {
    nock.activate()
    nock.disableNetConnect()
  })
  after(() => {
    nock.enableNetConnect()
    nock.restore()
  })
  afterEach(() => {
    const pending = nock.pendingMocks()
    nock.cleanAll()
    expect(pending).to.deep.equal([])
  })

  const authorised = () => nock(URL_, { reqheaders: { authorization: `Bearer ${KEY}` } })
  const AGENT = `/developer/agents/${AGENT_ID}`

  describe('what is asked', () => {
    it('asks for the agent', async () => {
      authorised().get(`/admin/agents/${AGENT_ID}`).reply(200, { id: AGENT_ID, name: 'A' })
      expect(await client().getAgent()).to.deep.equal({ id: AGENT_ID, name: 'A' })
    })
    it('keeps the path of a gateway', async () => {
      nock('https://gw.test').get(`/lua/admin/agents/${AGENT_ID}`).reply(200, { id: AGENT_ID, name: 'A' })
      expect((await client({ url: 'https://gw.test/lua/' }).getAgent()).name).to.equal('A')
    })
    it('renames by the two halves of the id', async () => {
      authorised().patch('/agents/base/sub-agent', { id: 'agent_1', name: 'B' }).reply(204)
      await client().updateAgent({ name: 'B' })
    })
    it('lists versions, all or of one status', async () => {
      authorised().get(`${AGENT}/persona/versions`).reply(200, { versions: [] })
      authorised().get(`${AGENT}/persona/versions`).query({ status: 'draft' }).reply(200, { versions: [] })
      await client().listPersonaVersions()
      await client().listPersonaVersions('draft')
    })
    it('takes versions without a status for published only where those alone were asked for', async () => {
      const versions = [{ version: 1, status: 'archived' }]
      authorised().get(`${AGENT}/persona/versions`).query({ status: 'published' }).reply(200, { versions })
      authorised().get(`${AGENT}/persona/versions`).reply(200, { versions })
      const statuses = async (status?: 'published') =>
        (await client().listPersonaVersions(status)).map(each => each.status)
      expect([await statuses('published'), await statuses()]).to.deep.equal([['published'], ['draft']])
    })
    it('creates and deploys versions', async () => {
      authorised()
        .post(`${AGENT}/persona/version`, { persona: { voice: 'v' } })
        .reply(201, { success: true, data: { version: 12 } })
      authorised().post(`${AGENT}/persona/version/12`, {}).reply(200, { success: true, data: {} })
      expect(await client().createPersonaVersion({ voice: 'v' })).to.equal(12)
      await client().deployPersonaVersion(12)
    })
    it('takes a missing snapshot for none, and a missing manifest for an error', async () => {
      authorised().get(`${AGENT}/backup`).reply(404, { message: 'No backup' })
      authorised().get(`${AGENT}/backup/manifest`).reply(404, { message: 'No backup' })
      expect(await client().getSnapshot()).to.equal(undefined)
      expect((await failure(client().getSnapshotManifest())).code).to.equal('SERVER_NOT_FOUND')
    })
    it('asks for blob URLs 500 at a time, each once', async () => {
      const asked: number[] = []
      authorised()
        .post(`${AGENT}/backup/blob-urls`)
        .times(3)
        .reply(200, async request => {
          const { hashes } = (await request.json()) as { hashes: string[] }
          asked.push(hashes.length)
          return { urls: Object.fromEntries(hashes.map(hash => [hash, `https://s3.test/${hash}`])) }
        })
      const hashes = Array.from({ length: 1200 }, (_, index) => `h${index}`)
      const urls = await client().getBlobUrls([...hashes, 'h0', 'h1'])
      expect(asked).to.deep.equal([500, 500, 200])
      expect([urls.size, urls.get('h1199')]).to.deep.equal([1200, 'https://s3.test/h1199'])
      expect((await client().getBlobUrls([])).size).to.equal(0)
    })
    it('fetches blobs without the key', async () => {
      nock('https://s3.test', { badheaders: ['authorization', 'x-idempotency-key'] })
        .get('/h1?sig=1')
        .reply(200, Buffer.from([0x1f, 0x8b, 0, 255]))
      const bytes = await client().fetchBlob('https://s3.test/h1?sig=1', 100)
      expect([...bytes]).to.deep.equal([0x1f, 0x8b, 0, 255])
    })
  })

  describe('what is refused before any request', () => {
    const wrong: [string, Partial<ServerOptions>, ErrorCode][] = [
      ['plain http', { url: 'http://api.lua.test' }, 'INSECURE_URL'],
      ['an agent id that is a folder', { agentId: '..' }, 'PROJECT_INVALID'],
      ['an agent id with a line break', { agentId: 'a\nb' }, 'PROJECT_INVALID'],
    ]
    for (const [what, options, code] of wrong) {
      it(what, () => {
        expect(() => client(options))
          .to.throw(LuaError)
          .that.includes({ code })
      })
    }
    it('a rename of an agent whose id has no second half', async () => {
      expect((await failure(client({ agentId: 'base' }).updateAgent({ name: 'B' }))).code).to.equal(
        'PROJECT_INVALID',
      )
    })
    it('a blob that is not on https', async () => {
      for (const url of ['http://s3.test/x', 'file:///etc/passwd', 'nowhere']) {
        expect((await failure(client().fetchBlob(url, 100))).code).to.equal('SERVER_INVALID')
      }
    })
  })

  describe('what the statuses mean', () => {
    const statuses: [number, ErrorCode, number][] = [
      [400, 'SERVER_REFUSED', 10],
      [401, 'KEY_REJECTED', 9],
      [402, 'SERVER_REFUSED', 10],
      [403, 'FORBIDDEN', 10],
      [404, 'SERVER_NOT_FOUND', 3],
      [409, 'SERVER_REFUSED', 10],
      [422, 'SERVER_REFUSED', 10],
      [501, 'SERVER_UNREACHABLE', 11],
    ]
    for (const [status, code, exitCode] of statuses) {
      it(`${status} is ${code}, at once`, async () => {
        authorised()
          .get(/.*/)
          .reply(status, { message: `because \u001b[31m${KEY}`, requestId: 'r-1' })
        const error = await failure(client().getAgent())
        expect(error).to.include({ code, exitCode })
        expect(error.message).to.include(': because \\x1b[31m[key] (request r-1)')
        expect(JSON.stringify([error.message, error.hint, error.stack])).to.not.include(KEY)
      })
    }
    for (const status of [408, 429, 500, 502, 503, 504]) {
      it(`${status} is tried three times, and then is SERVER_UNREACHABLE`, async () => {
        authorised().get(/.*/).times(3).reply(status, '<html>')
        const error = await failure(client().getAgent())
        expect(error).to.include({ code: 'SERVER_UNREACHABLE', exitCode: 11 })
        expect(error.message).to.match(new RegExp(`answered ${status} [A-Z].* to GET /admin/agents/`))
      })
    }
    it('an answer that comes at the third attempt is an answer', async () => {
      authorised().get(/.*/).reply(503)
      authorised()
        .get(/.*/)
        .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
      authorised().get(/.*/).reply(200, { id: AGENT_ID, name: 'A' })
      const events: RequestEvent[] = []
      await client({ onRequest: event => events.push(event) }).getAgent()
      expect(events.map(({ attempt, status, error }) => [attempt, status ?? error])).to.deep.equal([
        [1, 503],
        [2, 'the connection was reset'],
        [3, 200],
      ])
      expect(JSON.stringify(events)).to.not.include(KEY)
    })
    it('a longer Retry-After than 10 s is not waited for', async () => {
      authorised().get(/.*/).reply(429, { message: 'slow down' }, { 'retry-after': '11' })
      expect((await failure(client().getAgent())).message).to.include('429 Too Many Requests')
    })
  })

  for (const retryAfterSeconds of [11, '11', 1e300]) {
    it(`a wait of ${retryAfterSeconds} seconds that the body asks for is longer than ours, and said`, async () => {
      authorised().get(/.*/).reply(429, { message: 'slow down', retryAfterSeconds })
      const error = await failure(client().getAgent())
      expect(error.message).to.include('429 Too Many Requests')
      expect(error.hint).to.include(`to wait ${Number(retryAfterSeconds)} seconds`)
    })
  }
  for (const retryAfterSeconds of [0, '0', -1, 'soon', '', null, [9], true]) {
    it(`a wait of ${JSON.stringify(retryAfterSeconds)} is none`, async () => {
      authorised().get(/.*/).reply(429, { retryAfterSeconds })
      authorised().get(/.*/).reply(200, { id: 'a', name: 'A' })
      expect((await client().getAgent()).name).to.equal('A')
    })
  }
  const said = 'User is not an admin of this organization'
  for (const body of [{ message: said }, { message: ['no', said] }, { error: { message: said } }]) {
    it(`a 401 ${JSON.stringify(body)} names the agent and its organization, not the key`, async () => {
      authorised().get(/.*/).reply(401, body)
      const error = await failure(client({ orgId: 'org-7' }).getAgent())
      expect(error).to.include({ code: 'NOT_ADMIN', exitCode: 9 })
      expect(error.message)
        .to.include(`the agent ${AGENT_ID} of organization org-7`)
        .and.to.include('is not an admin')
      expect(error.message + error.hint).not.to.match(/mistyped|revoked/)
    })
  }

  describe('writes', () => {
    it('carry one idempotency key through their own retries, and another in the next call', async () => {
      const keys: string[] = []
      const remember = (request: Request) => {
        keys.push(request.headers.get('x-idempotency-key')!)
        return [keys.length < 3 ? 503 : 201, { version: 1 }] as const
      }
      authorised().post(/.*/).times(4).reply(remember)
      await client().createPersonaVersion('p')
      await client().createPersonaVersion('p')
      expect(new Set(keys.slice(0, 3)).size).to.equal(1)
      expect(keys[3]).to.not.equal(keys[0])
      expect(keys[0]).to.match(/^[0-9a-f-]{36}$/)
    })
    const outcomes: [string, number, boolean][] = [
      ['500', 500, true],
      ['502', 502, true],
      ['504', 504, true],
      ['503', 503, false],
      ['429', 429, false],
    ]
    for (const [what, status, unclear] of outcomes) {
      it(`after ${what}, the outcome is ${unclear ? 'unclear' : 'clear: not done'}`, async () => {
        authorised().post(/.*/).times(3).reply(status)
        expect(!!(await failure(client().createPersonaVersion('p'))).unclear).to.equal(unclear)
      })
    }
    it('stay unclear when a later attempt is refused', async () => {
      authorised()
        .post(/.*/)
        .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
      authorised().post(/.*/).reply(500)
      authorised().post(/.*/).reply(409, { message: 'exists' })
      expect(await failure(client().createPersonaVersion('p'))).to.include({
        code: 'SERVER_REFUSED',
        unclear: true,
      })
    })
    it('that are refused outright are clear', async () => {
      authorised().post(/.*/).reply(422)
      expect((await failure(client().createPersonaVersion('p'))).unclear).to.equal(false)
    })
  })
})
