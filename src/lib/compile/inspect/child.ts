/**
 * The process that loads artifacts, one after the other, and tells what is in them. It is a program of its own:
 * started by `inspector.ts`, spoken to in lines of JSON over one descriptor, and killed when it takes too long.
 */

import fs from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { join } from 'node:path'
import { compileFunction, Script } from 'node:vm'
import { Chance, LATER } from './chance.js'
import { type Attempt, attempts, closeDoors, Refusal } from './guard.js'
import { inLines } from './lines.js'
import {
  CHANNEL,
  type ChildReply,
  type Inspection,
  LOAD_LIMIT_MS,
  type LoadFailure,
  type LoadRequest,
  type Setup,
} from './protocol.js'
import { FakeEnvironment, installSandbox, serveFiles } from './sandbox.js'
import { jsonSchema } from './schema.js'

type Reply = ChildReply extends infer R ? (R extends unknown ? Omit<R, 'token'> : never) : never

const ARTIFACT = 'lua-artifact.js'
const RUN = Symbol.for('lua.artifact')
const START = new Script("globalThis[Symbol.for('lua.artifact')]()")
/** Before anything moves it. */
const { now } = Date
const environment = new FakeEnvironment()
const chance = new Chance()
const leave = process.exit.bind(process)
const { writeSync, createReadStream } = fs

function reply(message: Reply): void {
  // A line of its own, whatever code has written there before.
  const bytes = Buffer.from(`\n${JSON.stringify({ ...message, token })}\n`)
  for (let done = 0; done < bytes.length; ) done += writeSync(CHANNEL, bytes, done)
}

/** Not among the arguments, where what is loaded here could read it: it must not be able to answer for us. */
let token = ''
let requireFromProject: NodeJS.Require
let filesRead: ReadonlySet<string>

let queue: Promise<unknown> | undefined
const requests = createReadStream('', { fd: CHANNEL })
requests.on(
  'data',
  inLines(line => {
    const message = JSON.parse(line)
    if (queue === undefined) queue = setUp(message)
    else queue = queue.then(() => handle(message))
  }),
)
requests.on('close', () => leave(0))

async function setUp(setup: Setup): Promise<void> {
  token = setup.token
  requireFromProject = createRequire(join(setup.root, 'package.json'))
  installSandbox(environment)
  filesRead = serveFiles(setup.files ?? {})
  closeDoors()
  warmUp()
  chance.install(createRequire(import.meta.url), setup.files !== undefined)
  reply({ type: 'ready' })
}
// What an artifact starts at load and does not wait for does not matter once it has loaded.
process.on('unhandledRejection', () => {})
process.on('uncaughtException', () => {})

/** Most artifacts need zod; loading it takes longer than anything that they do. */
function warmUp(): void {
  try {
    requireFromProject('zod')
  } catch {
    // Code that needs it will say so.
  }
}

async function handle(request: LoadRequest): Promise<void> {
  let outcome = await load(request)
  // Many libraries refuse to start without a key. That the key is not here says nothing about the platform.
  if ('reason' in outcome && outcome.reason === 'thrown' && outcome.environment.length > 0) {
    const second = await environment.answering(() => load(request))
    if (!('reason' in second)) outcome = { ...second, environment: outcome.environment }
  } else if (!('reason' in outcome)) {
    outcome.unstable = await unstable(request, outcome)
  }
  if ('reason' in outcome) reply({ type: 'failed', id: request.id, failure: outcome })
  else reply({ type: 'loaded', id: request.id, inspection: outcome })
}

/** Up to so many variables are tried one by one; more are tried all at once. */
const MOST_VARIABLES = 12
/** In so many runs. */
const MOST_LOADS = 40

/** What is different in another environment, or at another time. */
async function unstable(request: LoadRequest, first: Inspection): Promise<Inspection['unstable']> {
  const asked = [...environment.missing]
  const byChance = chance.used
  const found: Inspection['unstable'] = []
  const until = now() + LOAD_LIMIT_MS / 2
  const compare = async (because: string[], again: () => Promise<Inspection | LoadFailure>) => {
    if (now() > until) return
    const second = await quietly(again)
    if ('reason' in second) return
    for (const field of fieldsAsked(request)) {
      const known = found.find(each => each.field === field)
      if (known?.environment.length === 0) continue
      if (told(first, request, field) === told(second, request, field)) continue
      if (known) known.environment.push(...because.filter(variable => !known.environment.includes(variable)))
      else found.push({ field, environment: [...because] })
    }
  }
  for (const later of byChance ? LATER : []) {
    chance.moved = later
    await compare([], () => load(request))
    chance.moved = 0
  }
  const alone = asked.length > MOST_VARIABLES ? [asked] : asked.map(variable => [variable])
  const answers = asked.length > 0 ? environment.answers(request.guesses ?? []) : []
  for (const answer of answers)
    for (const variables of answers.length * alone.length > MOST_LOADS ? [asked] : alone)
      await compare(variables, () => environment.answering(() => load(request), answer, variables))
  return found
}

function fieldsAsked({ values, callables, schemas }: LoadRequest): Set<string> {
  return new Set([...values, ...callables, ...Object.values(schemas), 'tools'])
}

/** All that is known of a field. */
function told(
  { values, tools, callables, schemas: found, notSchemas }: Inspection,
  { schemas }: LoadRequest,
  field: string,
): string {
  const [key = ''] = Object.entries(schemas).find(([, name]) => name === field) ?? []
  if (field === 'tools') return tools.join()
  return JSON.stringify([values[field], callables.includes(field), found[key], notSchemas.includes(field)])
}

/** What it prints has been printed. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const streams = [process.stdout, process.stderr]
  const writes = streams.map(stream => stream.write)
  for (const stream of streams) stream.write = () => true
  try {
    return await run()
  } finally {
    for (const [at, stream] of streams.entries()) stream.write = writes[at] as typeof stream.write
  }
}

async function load(request: LoadRequest): Promise<Inspection | LoadFailure> {
  const tried: Attempt[] = []
  const before = new Set(Object.getOwnPropertyNames(globalThis))
  environment.reset(request.code)
  chance.used = false
  try {
    const primitive = await attempts.run(tried, async () => {
      const exported = evaluate(request.code)
      // Lets what the artifact has started, but not awaited, get as far as a closed door.
      await new Promise(resolve => setImmediate(resolve))
      return exported
    })
    if (tried[0]) throw new Refusal(tried[0])
    return await inspect(primitive, request)
  } catch (error) {
    return failure(error, tried)
  } finally {
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      if (!before.has(name)) Reflect.deleteProperty(globalThis, name)
    }
  }
}

function evaluate(code: string): object {
  const module = { exports: {} as { default?: { primitive?: unknown } } }
  const run = compileFunction(code, ['module', 'exports', 'require'], { filename: ARTIFACT })
  withinTime(() => run.call(module.exports, module, module.exports, requireInArtifact))
  const primitive = module.exports.default?.primitive
  if ((typeof primitive !== 'object' && typeof primitive !== 'function') || primitive === null) {
    throw new TypeError(`its value is ${primitive === null ? 'null' : typeof primitive}, not an object`)
  }
  return primitive
}

/** Runs code that may never end. Only code that is started as a script can be stopped from within the process. */
function withinTime(run: () => void): void {
  const holder = globalThis as Record<symbol, unknown>
  holder[RUN] = run
  START.runInThisContext({ timeout: LOAD_LIMIT_MS })
}

function requireInArtifact(specifier: string): unknown {
  if (isBuiltin(specifier) || specifier === 'zod') {
    return requireFromProject(specifier)
  }
  throw new Error(
    `Cannot find module '${specifier}': only zod and Node's own modules can be required at run time`,
  )
}

async function inspect(primitive: object, request: LoadRequest): Promise<Inspection> {
  const holder = primitive as Record<string, unknown>
  const found: Inspection = {
    values: {},
    tools: Array.isArray(holder.tools) ? holder.tools.flatMap(tool => tool?.name ?? []) : [],
    callables: request.callables.filter(name => typeof holder[name] === 'function'),
    schemas: {},
    notSchemas: [],
    fields: fieldsOf(primitive),
    environment: [],
    unstable: [],
    filesRead: [...filesRead],
  }
  for (const name of request.values) {
    const value = holder[name]
    if (value !== undefined && typeof value !== 'function') found.values[name] = value
  }
  for (const [name, field] of Object.entries(request.schemas)) {
    if (holder[field] === undefined || holder[field] === null) continue
    const schema = await jsonSchema(holder[field], requireFromProject)
    if (schema === undefined) found.notSchemas.push(field)
    else found.schemas[name] = schema
  }
  return JSON.parse(JSON.stringify(found)) as Inspection
}

function fieldsOf(primitive: object): string[] {
  const names = new Set<string>()
  for (
    let holder = primitive;
    holder && holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder)
  ) {
    for (const name of Object.getOwnPropertyNames(holder)) names.add(name)
  }
  names.delete('constructor')
  return [...names]
}

function failure(thrown: unknown, tried: readonly Attempt[]): LoadFailure {
  const attempt = thrown instanceof Refusal ? thrown.attempt : tried[0]
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const hangs = (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  return {
    reason: hangs ? 'hangs' : (attempt?.reason ?? 'thrown'),
    message: attempt?.what ?? denied(error) ?? error.message,
    stack: placesIn(error.stack ?? ''),
    environment: [...environment.missing],
  }
}

/** Node's own words for what its permission model denies say neither what nor why. */
function denied(error: Error): string | undefined {
  const { code, permission, resource } = error as NodeJS.ErrnoException & Record<string, string | undefined>
  if (code !== 'ERR_ACCESS_DENIED') return undefined
  return `${permission ?? 'access'}${resource ? ` of ${resource}` : ''} is not available while an artifact is loaded`
}

function placesIn(stack: string): LoadFailure['stack'] {
  return [...stack.matchAll(/lua-artifact\.js:(\d+):(\d+)/g)].map(([, line, column]) => ({
    line: Number(line),
    column: Number(column),
  }))
}
