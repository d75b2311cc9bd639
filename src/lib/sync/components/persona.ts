import { LuaError } from '../../errors.js'
import { isPersona, type Persona } from '../../persona.js'
import {
  type LuaServer,
  latestPublished,
  newestVersion,
  type PersonaVersion,
  personaOf,
} from '../../server/index.js'
import { sameValue } from '../equality.js'
import type { Component } from './component.js'

/** The agent's persona. The server keeps every version; sync compares with the latest published one. */
export const persona: Component = {
  key: 'persona',
  local: agent => agent.persona,
  server: state => {
    const latest = latestPublished(state.published)
    return latest
      ? { value: personaOf(latest), version: latest.version, createdAt: latest.createdAt }
      : { value: undefined }
  },
  change: value => ({ persona: value }),
  async push(server, value, { deploy }) {
    const before = await readVersions(server)
    const existing = [latestPublished(before.published), newestVersion(before.all)].find(
      version => version !== undefined && holds(version, value),
    )
    const version = existing?.version ?? (await server.createPersonaVersion(value))
    const mustDeploy = deploy && !existing?.isCurrent
    if (mustDeploy) await server.deployPersonaVersion(version)
    const status = await readBack(server, version, value)
    return { version, created: existing === undefined, status, deployed: mustDeploy }
  },
}

async function readVersions(server: LuaServer) {
  const [all, published] = await Promise.all([
    server.listPersonaVersions(),
    server.listPersonaVersions('published'),
  ])
  return { all, published }
}

/** Whether a new version is published at once differs between accounts: the server is asked, not guessed at. */
async function readBack(server: LuaServer, version: number, value: Persona): Promise<'published' | 'draft'> {
  const { all, published } = await readVersions(server)
  const stored = [...published, ...all].find(candidate => candidate.version === version)
  if (!stored || !holds(stored, value)) {
    throw new LuaError(
      'SERVER_INVALID',
      `Persona version ${version} was created, but does not read back as sent.`,
      {
        hint: 'Look at it in the dashboard, and run lua sync again.',
      },
    )
  }
  return published.some(candidate => candidate.version === version) ? 'published' : 'draft'
}

function holds(version: PersonaVersion, value: Persona): boolean {
  return isPersona(version.persona) && sameValue(version.persona, value)
}
