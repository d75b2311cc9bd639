import type { Component } from './component.js'
import { single } from './single.js'
import { asText, texts } from './values.js'

/** The agent's name. The server keeps no versions of it: a push overwrites for good. */
export const name: Component = {
  ...single('name', {
    ...texts,
    deed: { subject: 'the agent', verb: 'renamed' },
    of: agent => agent.name,
    write: (server, value) => server.renameAgent(asText(value!)),
  }),
  local: agent => agent.name,
  change: value => ({ name: asText(value) }),
}
