/**
 * Projects on disk for one test: written into a temporary folder, gone afterwards.
 */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DEFAULT_AGENT } from './lua-server-state.js'

export interface TestProject {
  root: string
  read(path: string): string
  write(path: string, content: string | Uint8Array): void
  /** Every file below the root but those in `.lua`, as `{ path: base64 }`: equal before and after means untouched. */
  bytes(): Record<string, string>
  remove(): void
}

export const CONFIG = `# Which agent this is. Keep this comment.
agent:
  agentId: ${DEFAULT_AGENT}
  orgId: 00000000-0000-4000-8000-000000000000
skills:
`

/** Source of an entry file that declares an agent with these texts as plain literals. */
export function agentSource({ name = 'Test Agent', persona = 'You help.' } = {}): string {
  return [
    "import { LuaAgent } from 'lua-cli'",
    '',
    'export const agent = new LuaAgent({',
    `  name: ${JSON.stringify(name)},`,
    `  persona: \`${persona.replace(/[\\`]|\$\{/g, '\\$&')}\`,`,
    '})',
    '',
  ].join('\n')
}

/** Writes a project; `lua.skill.yaml` and `src/index.ts` are added unless given (or given as undefined). */
export function makeProject(
  files: Record<string, string | undefined> = {},
  prefix = 'lua-test-',
): TestProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), prefix)))
  const project: TestProject = {
    root,
    read: path => readFileSync(join(root, path), 'utf8'),
    write(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    },
    bytes: () => snapshotOf(root),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
  const all: Record<string, string | undefined> = {
    'lua.skill.yaml': CONFIG,
    'src/index.ts': agentSource(),
    ...files,
  }
  for (const [path, content] of Object.entries(all)) if (content !== undefined) project.write(path, content)
  return project
}

function snapshotOf(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !path.startsWith(join(root, '.lua')))
    .map(path => [path.slice(root.length + 1), readFileSync(path).toString('base64')] as const)
  return Object.fromEntries(entries.sort())
}
