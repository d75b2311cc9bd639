import { closest } from '../../closest.js'
import { LuaError } from '../../errors.js'
import type { LuaServer } from '../../server/index.js'
import { localProperty } from '../local.js'
import type { Component } from './component.js'
import { pushSingle } from './single.js'
import { asText } from './text-value.js'

/** The model that the agent runs on, `provider/code`. Where the code declares none, or a function, it is not managed. */
export const model: Component = {
  key: 'model',
  optional: true,
  local: agent =>
    localProperty(agent, 'model', value => {
      if (value === '' || value === null) return undefined
      return typeof value === 'string' ? { value } : { unmanaged: 'it is no text' }
    }),
  server: ({ agent }) => ({ value: agent.model }),
  change: value => ({ data: { model: asText(value) } }),
  refuse: (server, value) => refuseUnavailable(server, asText(value)),
  push: (server, value) =>
    pushSingle(server, {
      what: 'model',
      subject: 'the model',
      verb: 'changed',
      write: () => server.updateAgent({ model: asText(value) }),
      isHeld: agent => agent.model === value,
      shown: agent => `has ${agent.model === undefined ? 'none' : `"${agent.model}"`}`,
    }),
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
