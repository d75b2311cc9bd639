/** Pushing a persona: a version is created where none says it yet, deployed if that was asked for, and read back. */

import { LuaError } from '../../errors.js'
import { hasText, type Persona } from '../../persona.js'
import { type LuaServer, latestPublished, newestVersion, type PersonaVersion } from '../../server/index.js'
import { sameValue } from '../equality.js'
import type { Receipt, ServerState } from './component.js'
import { confirmed, havingDone } from './unclear-write.js'

/** @throws LuaError as the server room does; SERVER_INVALID if the server then holds something else */
export async function pushPersona(server: LuaServer, value: Persona, deploy: boolean): Promise<Receipt> {
  const before = await readVersions(server)
  const existing = [latestPublished(before.published), newestVersion(before.all)].find(
    version => version !== undefined && holds(version, value),
  )
  const version = existing?.version ?? (await create(server, value, before.all))
  const created = existing ? undefined : `Persona version ${version} was created`
  const mustDeploy = deploy && !existing?.isCurrent
  if (mustDeploy) await havingDone(created, () => deployVersion(server, version))
  const done = mustDeploy
    ? `${created ? `${created} and` : `Persona version ${version} was`} deployed`
    : created
  const { status, isCurrent, live } = await havingDone(done, () => readBack(server, version, value))
  if (mustDeploy && !isCurrent) throw notDeployed(version, created)
  const production = isCurrent ? undefined : live?.version
  return { version, created: existing === undefined, status, deployed: mustDeploy, production }
}

/** The number of the new version. */
function create(server: LuaServer, value: Persona, before: PersonaVersion[]): Promise<number> {
  const known = new Set(before.map(({ version }) => version))
  const look = async () => {
    const now = await server.listPersonaVersions()
    return now.find(version => !known.has(version.version) && holds(version, value))?.version
  }
  return confirmed(() => server.createPersonaVersion(value), look, {
    subject: 'the persona version',
    verb: 'created',
    findOut:
      'Run lua sync --push again once the server answers: it creates no second version of the same text.',
  })
}

/** The version that production serves; undefined where the server names none. */
export function serving({ published }: Pick<ServerState, 'published'>): PersonaVersion | undefined {
  return published.find(({ isCurrent }) => isCurrent)
}

/** Makes a version current in production; where the answer is lost, finds out whether it was done. */
export async function deployVersion(server: LuaServer, version: number): Promise<void> {
  const write = async () => {
    await server.deployPersonaVersion(version)
    return true
  }
  const look = async () => {
    const all = await server.listPersonaVersions()
    return all.some(candidate => candidate.version === version && candidate.isCurrent) || undefined
  }
  await confirmed(write, look, {
    subject: `persona version ${version}`,
    verb: 'deployed',
    findOut: 'lua sync --history shows what is in production once the server answers again.',
  })
}

async function readVersions(server: LuaServer) {
  const [all, published] = await Promise.all([
    server.listPersonaVersions(),
    server.listPersonaVersions('published'),
  ])
  return { all, published }
}

interface ReadBack {
  status: 'published' | 'draft'
  isCurrent: boolean
  /** What production serves. */
  live?: PersonaVersion
}

/** Whether a new version is published at once differs between accounts, so the server is asked. */
async function readBack(server: LuaServer, version: number, value: Persona): Promise<ReadBack> {
  const { all, published } = await readVersions(server)
  const stored = [...published, ...all].find(candidate => candidate.version === version)
  if (!stored || !holds(stored, value)) {
    throw new LuaError('SERVER_INVALID', `persona version ${version} does not read back as sent.`, {
      hint: 'Look at it in the dashboard, and run lua sync again.',
    })
  }
  const status = published.some(candidate => candidate.version === version) ? 'published' : 'draft'
  return { status, isCurrent: stored.isCurrent, live: serving({ published }) }
}

/** That a deployment was accepted does not mean that it was made. */
function notDeployed(version: number, created: string | undefined): LuaError {
  const hint = 'lua sync --history shows what is in production; lua sync --push --deploy tries again.'
  const message = `the server accepted the deployment of persona version ${version}, but does not have it in production.`
  return created
    ? new LuaError('PARTIAL', `${created}, but ${message}`, { hint })
    : new LuaError('SERVER_INVALID', `The${message.slice(3)}`, { hint })
}

/** Is this version's text exactly `value`? One without any text is read as none. */
export function holds({ persona: text, unreadable }: PersonaVersion, value: Persona): boolean {
  if (text !== undefined) return sameValue(text, value)
  return unreadable === undefined && !hasText(value)
}
