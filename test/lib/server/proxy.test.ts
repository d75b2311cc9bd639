import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import https from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import { createServer as createLuaServer } from '../../../src/lib/server/index.js'
import { proxyFor, tunnelAgent } from '../../../src/lib/server/proxy.js'
import { type LuaServer, startLuaServer } from '../../support/lua-server.js'
import { SELF_SIGNED } from '../../support/lua-server-tls.js'

describe('server/proxy: which requests', () => {
  const https = 'http://proxy.test:3128'
  const api = new URL('https://api.lua.test')

  it('goes through HTTPS_PROXY, with a scheme or without', () => {
    expect(proxyFor(api, { https })!.host).to.equal('proxy.test:3128')
    expect(proxyFor(api, { https: 'proxy.test:3128' })!.href).to.equal('http://proxy.test:3128/')
  })
  it('leaves plain http, loopback and an empty setting alone', () => {
    expect(proxyFor(new URL('http://api.lua.test'), { https })).to.equal(undefined)
    expect(proxyFor(new URL('https://127.0.0.1'), { https })).to.equal(undefined)
    expect(proxyFor(api, { https: '' })).to.equal(undefined)
  })
  const exceptions: [string, boolean][] = [
    ['*', true],
    ['api.lua.test', true],
    ['API.LUA.TEST', true],
    ['lua.test', true],
    ['.lua.test', true],
    ['*.lua.test', true],
    ['other.test, lua.test', true],
    ['lua.test:443', true],
    ['lua.test:8443', false],
    ['ua.test', false],
    ['api.lua.test.example', false],
    ['', false],
  ]
  for (const [noProxy, excepted] of exceptions) {
    it(`NO_PROXY=${noProxy} ${excepted ? 'excepts' : 'does not except'} it`, () => {
      expect(proxyFor(api, { https, noProxy }) === undefined).to.equal(excepted)
    })
  }
})

describe('server/proxy: the tunnel', () => {
  let origin: LuaServer
  let proxy: Server
  let asked: { path: string | undefined; authorization: string | undefined }[]
  let status: string
  const sockets = new Set<Socket>()

  beforeEach(async () => {
    origin = await startLuaServer({ tls: 'self-signed' })
    asked = []
    status = '200 Connection established'
    proxy = createServer().on('connect', (incoming, socket) => {
      asked.push({ path: incoming.url, authorization: incoming.headers['proxy-authorization'] })
      if (status === '') return void sockets.add(socket as Socket)
      socket.write(`HTTP/1.1 ${status}\r\n\r\n`)
      if (!status.startsWith('200')) return void socket.end()
      const onward = connect(Number(new URL(origin.url).port), '127.0.0.1')
      for (const each of [socket as Socket, onward]) sockets.add(each.on('error', () => {}))
      socket.pipe(onward).pipe(socket)
    })
    await once(proxy.listen(0, '127.0.0.1'), 'listening')
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
    await origin.close()
  })

  const address = () => `http://user:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`

  it('speaks TLS with the server itself, under the server’s name', async () => {
    const agent = await tunnelAgent(new URL(address()), 1000)
    const sent = https.request('https://api.example.test/admin', { agent, ca: SELF_SIGNED }).end()
    const [answer] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }]
    answer.resume()
    expect(answer.statusCode).to.equal(401)
    expect(asked).to.deep.equal([{ path: 'api.example.test:443', authorization: 'Basic dXNlcjpwQHNz' }])
    expect(origin.requests.map(each => [each.path, each.headers.host])).to.deep.equal([
      ['/admin', 'api.example.test'],
    ])
  })

  /** What a client meets behind this proxy, and the attempts it made. */
  async function failure(https: string): Promise<LuaError> {
    const server = createLuaServer({
      url: 'https://api.example.test',
      apiKey: 'k',
      agentId: 'a_b',
      proxy: { https },
      timing: { pauseMs: 1, connectMs: 200 },
    })
    const thrown = await server.createPersonaVersion('p').catch((error: unknown) => error)
    expect(thrown).to.be.instanceOf(LuaError)
    return thrown as LuaError
  }

  it('is used by the client, which trusts no certificate for being behind a proxy', async () => {
    const error = await failure(address())
    expect(error.message).to.include('its certificate is self-signed')
    expect(asked).to.have.length(1)
    expect(origin.requests).to.deep.equal([])
  })
  it('that is refused is no unclear outcome, and its password is not shown', async () => {
    status = '407 Proxy Authentication Required'
    const error = await failure(address())
    expect(error).to.include({ code: 'SERVER_UNREACHABLE', unclear: false })
    expect(error.message).to.match(/the proxy 127\.0\.0\.1:\d+ answered 407/)
    expect(asked).to.have.length(1)
  })
  it('that may come about later is tried again', async () => {
    status = '502 Bad Gateway'
    expect((await failure(address())).message).to.match(/the proxy 127\.0\.0\.1:\d+ answered 502/)
    expect(asked).to.have.length(3)
  })
  it('has no more time than any connection', async () => {
    status = ''
    const error = await failure(address())
    expect(error).to.include({ code: 'SERVER_UNREACHABLE', unclear: false })
    expect(error.message).to.match(/the proxy 127\.0\.0\.1:\d+ took too long/)
    expect(asked).to.have.length(3)
  })
  it('is opened through a proxy that is an address of IPv6', async function () {
    const six = createServer().on('connect', (_, socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'))
    const listens = await new Promise(resolve => {
      six.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true))
    })
    if (!listens) return void this.skip()
    const { port } = six.address() as AddressInfo
    expect((await failure(`http://[::1]:${port}`)).message).to.include(`the proxy [::1]:${port} answered 407`)
    six.close()
  })
  it('is not opened through a proxy whose own certificate is not good', async () => {
    const error = await failure(origin.url)
    expect(error.message).to.include('cannot be used (DEPTH_ZERO_SELF_SIGNED_CERT)')
    expect(asked).to.deep.equal([])
  })
  it('that is not there, or not a URL, is told', async () => {
    const gone = address()
    proxy.close()
    expect((await failure(gone)).message).to.match(
      /the proxy 127\.0\.0\.1:\d+ cannot be used \(ECONNREFUSED\)/,
    )
    expect((await failure('socks5://x')).message).to.include('HTTPS_PROXY is not an http(s) URL')
  })
})
