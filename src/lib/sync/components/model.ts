import { closest } from '../../closest.js'
import { LuaError } from '../../errors.js'
import type { LuaServer } from '../../server/index.js'
import { localProperty } from '../local.js'
import type { Component } from './component.js'
import { single } from './single.js'
import { asText, texts } from './values.js'

/** The model that the agent runs on, `provider/code`. Where the code declares none, or a function, it is not managed. */
export const model: Component = {
  ...single('model', {
    ...texts,
    deed: { subject: 'the model', verb: 'changed' },
    of: agent => agent.model,
    write: (server, value) => server.updateAgent({ model: value === null ? null : asText(value) }),
  }),
  is: value => typeof value === 'string',
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

/** The list of models turns a refusal into names; where it cannot be had, the server decides alone. */
async function refuseUnavailable(server: LuaServer, wanted: string): Promise<void> {
  const allowed = await server.listModels().catch((): string[] => [])
  if (allowed.length === 0 || allowed.includes(wanted)) return
  const near = closest(wanted, allowed)
  const some = `${allowed.slice(0, 12).join(', ')}${allowed.length > 12 ? ', …' : ''}`
  throw new LuaError(
    'SERVER_REFUSED',
    `The model "${wanted}" isn't available for your organization; nothing was pushed.`,
    { hint: `${near === undefined ? '' : `Did you mean ${near}? `}Available: ${some}.` },
  )
}
