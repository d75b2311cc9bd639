import { readName } from '../../source/index.js'
import { localText } from '../local.js'
import type { Component } from './component.js'
import { single } from './single.js'
import { asText, texts } from './values.js'

/** The agent's name. The server keeps no versions of it: a push overwrites for good. */
export const name: Component = {
  ...single('name', {
    ...texts,
    deed: { subject: 'the agent', verb: 'renamed' },
    of: agent => agent.name,
    write: (server, value) => server.updateAgent({ name: asText(value!) }),
  }),
  is: value => typeof value === 'string',
  computable: true,
  local: agent => localText(agent, 'name', readName),
  change: value => ({ name: asText(value) }),
}
