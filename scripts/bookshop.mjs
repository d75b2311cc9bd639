// The example project in a story: a colleague edits the persona in the dashboard while the code stands still, or not.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const AGENT_ID = 'baseAgent_agent_1750000000000_bookshop1'
export const API_KEY = 'demo-key'
const DAY = 86_400_000

/** What the colleague did in the dashboard. */
export function colleagueEdit(persona) {
  return persona
    .replace(
      'Monday to Saturday, 10:00 to 19:00.',
      'Monday to Saturday, 10:00 to 20:00.\n    Sunday, 11:00 to 17:00.',
    )
    .replace('Reserve a book for up to 3 days.', 'Reserve a book for up to 5 days.')
    .replace('    - No exclamation marks, no emoji.\n', '')
}

/** State of the embedded server: the code's persona as pushed last week and, if told, the colleague's of this morning. */
export function seedState(project, { colleague = true } = {}) {
  const source = readFileSync(join(project, 'src', 'index.ts'), 'utf8')
  const [, name] = /name: '([^']+)'/.exec(source)
  const [, model] = /model: '([^']+)'/.exec(source)
  const [, persona] = /persona: `([^`]+)`/.exec(source)
  const version = (number, text, daysAgo) => ({
    version: number,
    persona: text,
    createdDate: Date.now() - daysAgo * DAY,
    isCurrent: number === (colleague ? 2 : 1),
    status: 'published',
  })
  const versions = [version(1, persona, 7)]
  if (colleague) versions.push(version(2, colleagueEdit(persona), 0.1))
  const agent = {
    id: AGENT_ID,
    name,
    model,
    governance: { mode: 'sdk', preset: 'security' },
    personaVersions: versions,
    primitives: {
      skills: [{ id: 'skill-1', name: 'bookshop', versions: [{ version: '1.0.0', active: true }] }],
    },
    mcpServers: [],
  }
  const models = ['gpt-4o', 'gpt-4o-mini'].map(name => ({
    provider: 'openai',
    code: `openai/${name}`,
    model: name,
    description: '',
  }))
  return { apiKeys: [API_KEY], models, agents: { [AGENT_ID]: agent } }
}
