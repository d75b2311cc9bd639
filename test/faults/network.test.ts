/**
 * The network table: requests of each mode and faults, through the real executable; with `EXHAUSTIVE=1` each with each. A cell asserts exit code,
 * message, elapsed time, what the server then holds, and every byte of the files.
 */

import { expect } from 'chai'
import { DEFAULT_AGENT, type LuaServer, type ServerState, startLuaServer } from '../support/lua-server.js'
import { KEY, runLua } from '../support/run-lua.js'
import { type CellResult, litterIn, runCell } from './support/cell.js'
import { type Conclusion, FAULTS, type FaultCase } from './support/faults.js'
import { Gate } from './support/gate.js'
import { MODES, type ModeCase, PULLED, PUSHED, type RequestCase } from './support/modes.js'
import { oneIn } from './support/sample.js'
import { tried } from './support/tally.js'

/** Longest wait that is allowed, in ms, for a call that gets no answer, its retries included. */
const CALL_MS = 22_000
/** 25 s of our own, and what a busy machine takes to start a program. */
const CHECK_MS = 40_000

interface Cell {
  mode: ModeCase
  request: RequestCase
  fault: FaultCase
}

const ALL: Cell[] = MODES.flatMap(mode =>
  mode.requests.flatMap(request =>
    FAULTS.filter(fault => makesSense(fault, request)).map(fault => ({ mode, request, fault })),
  ),
)
/** Without everything: each request with every fourth fault, each fault with every fourth request. */
const CELLS = ALL.filter(
  ({ mode, request, fault }) => (mode.requests.indexOf(request) + FAULTS.indexOf(fault)) % oneIn(4) === 0,
)

function makesSense({ name, writesOnly }: FaultCase, { writes, blob }: RequestCase): boolean {
  if (writesOnly && !writes) return false
  return !(blob && name === '10 MB of JSON')
}

/** Starts all cells, those first that wait longest. */
function runAll(): Map<Cell, Promise<CellResult>> {
  const places = new Gate(32)
  const starts = new Gate(4)
  const ordered = CELLS.toSorted((a, b) => Number(b.fault.slow ?? false) - Number(a.fault.slow ?? false))
  return new Map(
    ordered.map(cell => {
      const { mode, request, fault } = cell
      const result = places.through(() => starts.through(started => runCell(mode, request, fault, started)))
      result.catch(() => {}) // The cell's own test reports it.
      return [cell, result]
    }),
  )
}

const EXIT: Record<Exclude<Conclusion, 'ok'>, number> = {
  unreachable: 11,
  invalid: 11,
  401: 9,
  404: 3,
  409: 10,
}

describe('faults: the network table', function () {
  this.timeout(240_000)
  let results: Map<Cell, Promise<CellResult>>

  before(() => {
    results = runAll()
  })

  for (const cell of CELLS) {
    const { mode, request, fault } = cell
    it(`${mode.name}, ${request.name}: ${fault.name}`, () =>
      tried('network: requests × faults', async () => {
        const result = await results.get(cell)!
        expectAlways(result)
        if (mode.name === 'pull') expectPull(cell, result)
        else if (mode.name === 'push') expectPush(cell, result)
        else expectLook(cell, result)
        return result.elapsed
      }))
  }
})

/** What holds whatever goes wrong. */
function expectAlways({ code, stdout, stderr, stolen, litter, elapsed }: CellResult): void {
  expect(stdout + stderr, 'the key is nowhere').not.to.include(KEY)
  expect(stdout + stderr, 'nobody is told a lie').not.to.match(/No drift|INTERNAL|bug in/)
  expect(stdout + stderr, 'nothing steers the terminal').not.to.match(/[\x1b\x07]/)
  expect(stolen, 'the key goes to no other origin').to.equal(0)
  expect(litter).to.deep.equal([])
  expect(elapsed).to.be.below(3 * CALL_MS)
  // Each failure says what happened, and what to do next.
  if (code !== 0 && code !== 1) expect(stderr).to.match(/❌ .+\n(.|\n)*→ .+\n/)
}

/** `--check`, and interactive where nobody can answer: neither writes anything, anywhere. */
function expectLook(
  { mode, fault }: Cell,
  { code, stdout, stderr, before, after, elapsed }: CellResult,
): void {
  expect(after).to.deep.equal(before)
  expect(elapsed).to.be.below(CHECK_MS)
  if (fault.reads === 'ok') {
    expect(code).to.equal(mode.code)
    expect(stdout).to.include('NAME DIFF').and.to.include('PERSONA DIFF')
  } else {
    expect(stdout).to.equal('')
    expect(code).to.equal(fault.reads === 'unreachable' ? 0 : EXIT[fault.reads])
    if (fault.reads === 'unreachable') expect(stderr).to.match(/^Drift was NOT checked: .*\n$/)
  }
}

/** A pull reads everything before it writes anything, so that a failure leaves every file as it was. */
function expectPull({ request, fault }: Cell, { code, stdout, before, after }: CellResult): void {
  expect(after.state).to.deep.equal(before.state)
  const none = request.optional && fault.reads === 404
  if (fault.reads !== 'ok' && !none) {
    // What a blob says about itself says nothing about the agent.
    const refusedBlob = request.blob && typeof fault.reads === 'number'
    expect(code).to.be.oneOf(refusedBlob ? [3, 9, 10, 11] : [EXIT[fault.reads]])
    expect(after.files).to.deep.equal(before.files)
    return
  }
  expect(code).to.equal(0)
  expect(stdout).to.include('no drift left')
  const source = Buffer.from(after.files['src/index.ts']!, 'base64').toString()
  expect(source).to.include(PULLED.name).and.to.include(PULLED.persona)
  expect('src/extra.ts' in after.files).to.equal(!none)
}

/** A push says what the server then holds: done, not done, or which part. */
function expectPush({ request, fault }: Cell, { code, stdout, stderr, before, after }: CellResult): void {
  expect(after.files).to.deep.equal(before.files)
  const held = heldBy(after.state)
  if (isDone(request, fault)) {
    expect(code).to.equal(0)
    expect(held).to.deep.equal({ name: PUSHED.name, versions: 2, current: PUSHED.persona })
    expect(stdout).to.include('version 2 created').and.to.include('deployed')
    return
  }
  const { reads } = fault
  expect(code).to.equal(request.after === 'nothing' ? EXIT[reads as keyof typeof EXIT] : 22)
  if (request.after === 'nothing' && !fault.applied) expect(after.state).to.deep.equal(before.state)
  if (request.after === 'nothing') return
  expect(held.name, 'what was done stays done').to.equal(PUSHED.name)
  expect(stdout + stderr, 'and is said').to.match(/Name pushed|agent was renamed/)
  if (!request.writes || !fault.unclear) return
  const unknown = typeof fault.fault === 'object' && fault.fault.kind === 'die'
  expect(stderr).to.match(
    unknown
      ? /is not known whether .* was (created|deployed)/
      : /was not (created|deployed)|does not have it in production/,
  )
}

/** Does a push get through? Unclear writes are looked up, and go on if they were done. */
function isDone({ writes }: RequestCase, { reads, unclear, applied }: FaultCase): boolean {
  return reads === 'ok' || Boolean(writes && unclear && applied)
}

function heldBy(state: ServerState) {
  const { name, personaVersions } = state.agents[DEFAULT_AGENT]!
  const current = personaVersions.find(({ isCurrent }) => isCurrent)
  return { name, versions: personaVersions.length, current: current?.persona }
}

describe('faults: no connection to the server at all', function () {
  this.timeout(60_000)
  const refused = { name: 'refused', url: async () => closedUrl() }
  const noName = { name: 'an unknown name', url: async () => 'https://no-such-host.invalid' }

  for (const { name, url } of [refused, noName]) {
    for (const mode of MODES) it(`${mode.name}: ${name}`, async () => expectNoContact(mode, await url()))
  }
  for (const tls of ['self-signed', 'expired'] as const) {
    for (const mode of MODES) {
      it(`${mode.name}: a certificate that is ${tls}`, async () => {
        const server = await startLuaServer({ state: mode.state(), tls })
        try {
          const said = await expectNoContact(mode, server.url)
          expect(said).to.include('certificate')
          expect(server.requests, 'the key was not sent').to.deep.equal([])
        } finally {
          await server.close()
        }
      })
    }
  }

  for (const mode of MODES) {
    it(`${mode.name}: plain http to another machine is refused before anything is sent`, () =>
      tried('network: no connection', async () => {
        const project = mode.project()
        try {
          const run = await runLua(['sync', ...mode.args], { cwd: project.root, url: 'http://192.0.2.1:9' })
          expect(run.code).to.equal(2)
          expect(run.stderr).to.include('LUA_ALLOW_HTTP=1')
          expect(run.elapsed, 'not even tried').to.be.below(4000)
        } finally {
          project.remove()
        }
      }))
  }
})

/** Tolerant modes go on, the others exit 11; nothing is touched. Returns what was said. */
function expectNoContact(mode: ModeCase, url: string): Promise<string> {
  return tried('network: no connection', async () => {
    const project = mode.project()
    try {
      const before = project.bytes()
      const run = await runLua(['sync', ...mode.args], { cwd: project.root, url })
      const tolerant = mode.name === 'check' || mode.name === 'interactive'
      expect(run.code).to.equal(tolerant ? 0 : 11)
      expect(run.stdout).to.equal('')
      expect(run.stderr).to.include(tolerant ? 'Drift was NOT checked' : 'could not be reached')
      expect(run.stderr).not.to.include(KEY)
      expect(project.bytes()).to.deep.equal(before)
      expect(litterIn(project.root)).to.deep.equal([])
      expect(run.elapsed).to.be.below(CHECK_MS)
      return run.stderr
    } finally {
      project.remove()
    }
  })
}

async function closedUrl(): Promise<string> {
  const gone: LuaServer = await startLuaServer()
  await gone.close()
  return gone.url
}
