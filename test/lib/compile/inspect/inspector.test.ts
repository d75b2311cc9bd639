import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { url as inspectorUrl } from 'node:inspector'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { Inspector, type Outcome } from '../../../../src/lib/compile/inspect/inspector.js'
import { specOf } from '../../../../src/lib/compile/kinds.js'

const require = createRequire(import.meta.url)

/** A folder whose `zod` is the given package. */
function folderWith(zod: 'zod' | 'zod3'): string {
  const root = mkdtempSync(join(tmpdir(), 'inspect-'))
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(dirname(require.resolve(`${zod}/package.json`)), join(root, 'node_modules', 'zod'))
  return root
}

/** The code of an artifact: `body` runs at load, `fields` are the primitive's. */
const artifact = (body: string, fields = '') =>
  `${body};\nmodule.exports.default = { primitive: { name: 't', description: 'd', ${fields} } }`

describe('the process that loads artifacts', () => {
  const roots: string[] = []
  let inspector: Inspector
  let printed = ''
  let count = 0

  const open = (zod: 'zod' | 'zod3') => {
    const root = folderWith(zod)
    roots.push(root)
    return new Inspector({ root, onPrint: text => (printed += text) })
  }
  const load = (code: string, by = inspector): Promise<Outcome> =>
    by.inspect({ type: 'load', id: `tool/${count++}`, code, ...specOf('tool') })
  const failure = async (code: string) => {
    const outcome = await load(code)
    if ('inspection' in outcome) throw new Error(`it loaded: ${JSON.stringify(outcome)}`)
    return outcome.failure
  }
  const inspection = async (code: string, by = inspector) => {
    const outcome = await load(code, by)
    if ('failure' in outcome) throw new Error(JSON.stringify(outcome.failure))
    return outcome.inspection
  }

  before(() => {
    inspector = open('zod')
  })
  after(() => {
    inspector.close()
    for (const root of roots) rmSync(root, { recursive: true })
  })

  it('reads values, functions and the names of all fields', async () => {
    const fields = 'execute() {}, extra: 1, condition: undefined'
    expect(await inspection(artifact('', fields))).to.deep.include({
      values: { name: 't', description: 'd' },
      callables: ['execute'],
      fields: ['name', 'description', 'execute', 'extra', 'condition'],
    })
  })

  it('finds zod where node_modules is a link', async () => {
    const root = mkdtempSync(join(tmpdir(), 'inspect-'))
    roots.push(root)
    const shared = join(root, 'shared', 'node_modules')
    cpSync(dirname(require.resolve('zod/package.json')), join(shared, 'zod'), { recursive: true })
    mkdirSync(join(root, 'project'))
    symlinkSync(shared, join(root, 'project', 'node_modules'))
    const own = new Inspector({ root: join(root, 'project'), onPrint: () => {} })
    try {
      const { schemas } = await inspection(
        artifact("const { z } = require('zod')", 'inputSchema: z.string()'),
        own,
      )
      expect(schemas).to.deep.include({ input: { type: 'string' } })
    } finally {
      own.close()
    }
  })

  const SHAPE = `z.object({
    city: z.string().min(1).describe('City'),
    days: z.number().int().min(1).max(30).default(3),
    unit: z.enum(['C', 'F']).optional(),
    where: z.object({ lat: z.number() }).strict().nullable(),
    tags: z.array(z.string()),
    when: z.date().optional(),
  })`
  for (const zod of ['zod', 'zod3'] as const) {
    it(`turns the schemas of ${zod === 'zod' ? 'zod 4' : 'zod 3'} into JSON Schema`, async () => {
      const own = open(zod)
      try {
        const code = artifact(`const { z } = require('zod')`, `inputSchema: ${SHAPE}`)
        const { input } = (await inspection(code, own)).schemas as {
          input: { properties: Record<string, unknown>; required: string[] }
        }
        expect(input)
          .to.include({ type: 'object', additionalProperties: false })
          .and.not.have.property('$schema')
        expect(input.required).to.have.members(['city', 'where', 'tags'])
        expect(input.properties.city).to.deep.equal({ type: 'string', minLength: 1, description: 'City' })
        expect(input.properties.days).to.deep.equal({ type: 'integer', minimum: 1, maximum: 30, default: 3 })
        expect(input.properties.unit).to.deep.equal({ type: 'string', enum: ['C', 'F'] })
        expect(input.properties.tags).to.deep.equal({ type: 'array', items: { type: 'string' } })
        expect(input.properties.when).to.deep.equal({ type: 'string', format: 'date-time' })
        expect(JSON.stringify(input.properties.where))
          .to.contain('"additionalProperties":false')
          .and.contain('"null"')
      } finally {
        own.close()
      }
    })
  }

  for (const [what, head, values, fields] of [
    [
      'the environment',
      'const { KEY } = process.env',
      "description: KEY ?? 'default'",
      [{ field: 'description', environment: ['KEY'] }],
    ],
    [
      'the clock',
      'const now = Date.now()',
      'description: `${now}`',
      [{ field: 'description', environment: [] }],
    ],
    [
      'a date of now',
      'const now = new Date()',
      'description: now.toISOString()',
      [{ field: 'description', environment: [] }],
    ],
    [
      'chance',
      "const { randomUUID } = require('node:crypto')",
      'description: randomUUID()',
      [{ field: 'description', environment: [] }],
    ],
    [
      'none of these',
      'const at = new Date(0); const t = Date.now() - Date.now()',
      'description: at.toISOString()',
      [],
    ],
  ] as const) {
    it(`says which values depend on ${what}`, async () => {
      const { unstable, values: found } = await inspection(artifact(head, values))
      expect(unstable).to.deep.equal(fields)
      if (what === 'the environment') expect(found.description).to.equal('default')
    })
  }

  it('takes a JSON Schema written by hand, and says what is none', async () => {
    const code = artifact(
      '',
      `inputSchema: { type: 'object', properties: {} }, outputSchema: { a: 'string' }`,
    )
    expect(await inspection(code)).to.deep.include({
      schemas: { input: { type: 'object', properties: {} } },
      notSchemas: ['outputSchema'],
    })
  })

  it('says what an artifact throws, and where in it', async () => {
    expect(await failure(artifact(`const x = undefined;\n  x.y`))).to.deep.include({
      reason: 'thrown',
      message: "Cannot read properties of undefined (reading 'y')",
      stack: [{ line: 2, column: 5 }],
    })
  })

  for (const [what, body, door] of [
    ['fetches', `fetch('http://127.0.0.1:1/').catch(() => {})`, 'fetch'],
    ['requests', `require('https').get('https://127.0.0.1:1/')`, 'https.get'],
    ['connects, and hides it', `try { require('node:net').connect(1) } catch {}`, 'net.connect'],
    ['connects a socket it made', `new (require('net').Socket)().connect(1)`, 'net.Socket.connect'],
    [
      'sends a datagram',
      `require('dgram').createSocket('udp4').send('x', 1, '127.0.0.1')`,
      'dgram.Socket.send',
    ],
    ['listens', `require('http').createServer().listen(0)`, 'net.Server.listen'],
    ['asks for a name', `require('dns').lookup('localhost', () => {})`, 'dns.lookup'],
    ['tells a name', `require('dns').resolveTxt('x.example', () => {})`, 'dns.resolveTxt'],
    ['has a resolver', `new (require('dns').Resolver)().resolve4('x.example', () => {})`, 'dns.resolve4'],
    [
      'has one of promises',
      `new (require('dns').promises.Resolver)().resolveTxt('x').catch(() => {})`,
      'dns/promises.resolveTxt',
    ],
    ['makes a handle', `require('net')._createServerHandle('127.0.0.1', 0, 4)`, 'net._createServerHandle'],
    [
      'fetches a little later',
      `Promise.resolve().then(() => fetch('http://127.0.0.1:1/')).catch(() => {})`,
      'fetch',
    ],
  ] as const) {
    it(`refuses the network to one that ${what}`, async () => {
      expect(await failure(artifact(body))).to.deep.include({ reason: 'network', message: door })
    })
  }

  for (const [what, body, door] of [
    ['exits', 'process.exit(0)', 'process.exit'],
    ['kills', `process.kill(process.pid, 'SIGKILL')`, 'process.kill'],
    ['starts a process', `require('child_process').execSync('true')`, 'child_process.execSync'],
    ['starts a thread', `new (require('worker_threads').Worker)('x')`, 'worker_threads.Worker'],
    ['slows others down', `require('os').setPriority(process.ppid, 5)`, 'os.setPriority'],
    [
      'has its memory written to a file',
      `require('v8').setHeapSnapshotNearHeapLimit(1)`,
      'v8.setHeapSnapshotNearHeapLimit',
    ],
    ['sets flags of V8', `require('v8').setFlagsFromString('--no-opt')`, 'v8.setFlagsFromString'],
  ] as const) {
    it(`stops one that ${what}`, async () => {
      expect(await failure(artifact(body))).to.deep.include({ reason: 'process', message: door })
    })
  }

  const state = `Object.getOwnPropertySymbols(socket).find(key => String(key).includes('state'))`
  for (const [what, body] of [
    ['a local socket', `new process.stdout._handle.constructor(0).connect({}, '/run/docker.sock')`],
    ['TCP', `new (require('net').Server)()._listen2('127.0.0.1', 0, 4, 1, undefined, 0)`],
    [
      'UDP',
      `const socket = require('dgram').createSocket('udp4'); socket[${state}].handle.send({}, [Buffer.from('x')], 1, 9, '127.0.0.1', false)`,
    ],
    ['DNS', `const { _handle } = new (require('dns').Resolver)(); _handle.queryTxt(_handle, 'x.example')`],
  ] as const) {
    it(`refuses ${what} on the native objects under Node's own modules`, async () => {
      const { reason, message } = await failure(artifact(body))
      // Node 25 denies most of it by itself.
      expect(reason === 'network' || /not available|restricted/.test(message), message).to.equal(true)
    })
  }

  it('opens no database, which could be any file', async () => {
    expect((await failure(artifact(`require('node:sqlite')`))).message).to.match(
      /Cannot find module|No such built-in/,
    )
  })

  it('does not tell code what a reply needs to be believed', async () => {
    const body = `const all = JSON.stringify([process.report.getReport(), process.argv, process.execArgv])`
    const { values } = await inspection(artifact(body, 'description: all'))
    expect(values.description)
      .to.include('commandLine')
      .and.not.to.match(/[0-9a-f]{8}-[0-9a-f]{4}-4/)
  })

  it('lets code make a server, an agent or a client that it does not use yet', async () => {
    await inspection(
      artifact(
        `require('http').createServer(); new (require('https').Agent)(); new (require('net').Socket)()`,
      ),
    )
  })

  it('keeps what artifacts print away from us, and from each other what they leave behind', async () => {
    await inspection(artifact(`console.log('from an artifact'); globalThis.leak = 1`))
    expect((await failure(artifact('leak'))).message).to.equal('leak is not defined')
    expect(printed).to.contain('from an artifact')
  })

  it('believes no answer but its own process', async () => {
    const forged = `for (const token of ['', undefined, 'x', process.argv[2]]) {
      const reply = { type: 'loaded', id: 'tool/${count}', token, inspection: { values: { name: 'forged' } } }
      require('node:fs').writeSync(3, '\\n' + JSON.stringify(reply) + '\\n')
    }`
    expect((await inspection(artifact(forged))).values.name).to.equal('t')
  })

  it('is not brought down by what code writes where the answers go', async () => {
    for (const text of ['x', '{', '\\n{}\\n', 'null\\n', '{"token":1}\\n', '[]\\n'.repeat(1000)]) {
      const body = `require('node:fs').writeSync(3, ${JSON.stringify(text).replaceAll('\\\\n', '\\n')})`
      expect((await inspection(artifact(body))).values).to.include({ name: 't' })
    }
  })

  it('does not open this process to a debugger', async () => {
    expect(await failure(artifact('process._debugProcess(process.ppid)'))).to.include({ reason: 'process' })
    process.kill(process.pid, 'SIGUSR1')
    await new Promise(resolve => setImmediate(resolve))
    expect(inspectorUrl()).to.equal(undefined)
  })

  it('gives no module but zod and those of Node', async () => {
    expect((await failure(artifact(`require('axios')`))).message).to.contain("Cannot find module 'axios'")
  })

  it('has the globals of the platform, which do nothing', async () => {
    await inspection(artifact(`User.get().then; new Data.X(); AI('x').y.z(); BasketStatus.ACTIVE`))
  })

  it('hides the environment, but makes it up for code that cannot load without', async () => {
    const needs = (name: string) => `if (!${name}) throw new Error('no key')`
    expect((await inspection(artifact(needs('process.env.KEY_A')))).environment).to.deep.equal(['KEY_A'])
    expect((await inspection(artifact(needs(`env('KEY_B')`)))).environment).to.deep.equal(['KEY_B'])
    expect((await inspection(artifact('', 'description: process.env.PATH'))).values).to.deep.equal({
      name: 't',
    })
  })

  it('says when the value is no primitive at all', async () => {
    expect((await failure('module.exports.default = { primitive: undefined }')).message).to.contain(
      'not an object',
    )
  })

  it('limits memory inside and outside of the heap, and goes on with the next', async () => {
    const heap = await failure(artifact('const all = []; for (;;) all.push(new Array(1e6).fill(0.5))'))
    const buffers = await failure(artifact('const all = []; for (;;) all.push(Buffer.alloc(1 << 24, 1))'))
    expect([heap.reason, buffers.reason]).to.deep.equal(['memory', 'memory'])
    expect((await inspection(artifact(''))).values.name).to.equal('t')
  })

  it('gives up on one that hangs after five seconds, and tries the next', async () => {
    const [hangs, next] = await Promise.all([failure(artifact('for (;;);')), inspection(artifact(''))])
    expect(hangs.reason).to.equal('hangs')
    expect(next.values.name).to.equal('t')
  })

  it('is not started when it is not used, and can be closed at any time', async () => {
    const own = open('zod')
    const pending = load(artifact(''), own)
    own.close()
    expect(await pending).to.have.nested.property('failure.reason', 'skipped')
  })
})
