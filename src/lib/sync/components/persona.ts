import { LuaError } from '../../errors.js'
import { byNewest, latestPublished, newestVersion, personaOf, publishedVersion } from '../../server/index.js'
import { readPersona } from '../../source/index.js'
import { localText } from '../local.js'
import type { Component, History } from './component.js'
import { holds, pushPersona, serving } from './persona-push.js'
import { lastingPersona, restorePersona } from './persona-restore.js'
import { asPersona, texts } from './values.js'

const history: History = {
  versions: ({ published }) =>
    byNewest(published)
      .reverse()
      .flatMap(({ version, createdAt, persona }) =>
        persona === undefined ? [] : [{ version, createdAt, value: persona }],
      ),
  standing: ({ published }) => ({
    latest: latestPublished(published)?.version,
    live: serving({ published })?.version,
  }),
  serves: (state, value) => {
    const live = serving(state)
    return live !== undefined && holds(live, asPersona(value))
  },
  at: ({ published }, wanted) => {
    const version = publishedVersion(published, wanted)
    const value = personaOf(version)
    if (value === undefined) throw new LuaError('USAGE', `Persona version ${wanted} has no text to pull.`)
    return { value, version: version.version, createdAt: version.createdAt }
  },
  planned: async (server, { published }, value, deploy) => {
    const all = await server.listPersonaVersions()
    const existing = [latestPublished(published), newestVersion(all)].find(
      version => version !== undefined && holds(version, asPersona(value)),
    )
    return {
      version: existing?.version ?? Math.max(0, ...all.map(({ version }) => version)) + 1,
      created: existing === undefined,
      deployed: deploy && !existing?.isCurrent,
      planned: { over: latestPublished(published)?.version, serving: serving({ published })?.version },
    }
  },
  holding: ({ published }, value, since) =>
    published
      .filter(each => each.version > since && holds(each, asPersona(value)))
      .map(({ version }) => version),
}

/** The agent's persona. The server keeps every version; sync compares with the latest published one. */
export const persona: Component = {
  ...texts,
  key: 'persona',
  computable: true,
  local: agent => localText(agent, 'persona', readPersona),
  server: state => {
    const latest = latestPublished(state.published)
    return latest
      ? { value: personaOf(latest), version: latest.version, createdAt: latest.createdAt }
      : { value: undefined }
  },
  history,
  change: value => ({ persona: asPersona(value) }),
  push: (server, value, { deploy }) => pushPersona(server, asPersona(value), deploy),
  lasting: lastingPersona,
  restore: restorePersona,
}
