import { closest } from '../../closest.js'
import { LuaError } from '../../errors.js'
import type { LuaServer } from '../../server/index.js'
import { localProperty } from '../local.js'
import type { Component } from './component.js'
import { single } from './single.js'
import { asText, word } from './values.js'

/** The model that the agent runs on, `provider/code`. Where the code declares none, or a function, it is not managed. */
export const model: Component = {
  ...single('model', {
    ...word,
    deed: { subject: 'the model', verb: 'changed' },
    of: agent => agent.model,
    write: (server, value) => server.updateAgent({ model: value === null ? null : asText(value) }),
  }),
  optional: true,
  local: agent =>
    localProperty(agent, 'model', value => {
      if (value === null) return undefined
      if (typeof value !== 'string') return { unmanaged: 'it is not a text' }
      return value.trim() === '' ? undefined : { value }
    }),
  change: value => ({ data: { model: asText(value) } }),
  refuse: (server, value) => refuseUnavailable(server, asText(value)),
}

/** Those of the same provider come first. */
const MOST_SHOWN = 12

/** What a model is called after its provider. */
function codeOf(model: string): string {
  return model.slice(model.indexOf('/') + 1).toLowerCase()
}

/** The list of models turns a refusal into names; where it cannot be had, the server decides alone. */
async function refuseUnavailable(server: LuaServer, wanted: string): Promise<void> {
  const allowed = await server.listModels().catch((): string[] => [])
  if (allowed.length === 0 || allowed.includes(wanted)) return
  const near = allowed.find(each => codeOf(each) === codeOf(wanted)) ?? closest(wanted, allowed)
  const kin = allowed.filter(each => each.startsWith(wanted.slice(0, wanted.indexOf('/') + 1)))
  const shown = [...new Set([...kin, ...allowed])].slice(0, MOST_SHOWN)
  const some = shown.join(', ') + (allowed.length > MOST_SHOWN ? ', …' : '')
  throw new LuaError(
    'SERVER_REFUSED',
    `The model "${wanted}" isn't available for your organization; nothing was pushed.`,
    { hint: `${near === undefined ? '' : `Did you mean ${near}? `}Available: ${some}.` },
  )
}
