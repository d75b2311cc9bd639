/** The two files of the user's that a compile may add to: `lua.skill.yaml` and `.gitignore`. */

import { join } from 'node:path'
import { commitFiles, type FileWrite } from '../../disk/index.js'
import { Fence } from '../../fence.js'
import { readIfReadable } from '../../files.js'
import type { ProjectFile } from '../../project/files.js'
import { textHash } from '../../project/hash.js'
import { CONFIG_FILE, type CodeFolder } from '../../project/project.js'
import type { Built } from '../build.js'
import { specOf } from '../kinds.js'
import type { Warning } from '../problem.js'
import { ignoreOutput } from './gitignore.js'
import { addEntries, type StateEntry } from './skill-yaml.js'

export interface UserFiles {
  /** New texts of files that gain something, by path from the root. */
  changed: ReadonlyMap<string, string>
  /** The text of `lua.skill.yaml` after that. */
  config: string
  /** The project's files as they are after that. */
  projectFiles: ProjectFile[]
  warnings: Warning[]
  /** Writes them. @throws LuaError FILE_REFUSED, FILE_CHANGED; nothing is written then */
  commit(): Promise<void>
}

export async function planUserFiles(
  { root, stateDir }: CodeFolder,
  built: readonly Built[],
  projectFiles: readonly ProjectFile[],
): Promise<UserFiles> {
  const changed = new Map<string, string>()
  const writes: FileWrite[] = []
  const change = (path: string, before: Uint8Array | undefined, text: string) => {
    changed.set(path, text)
    writes.push({ path: join(root, path), before, after: Buffer.from(text) })
  }
  const fence = new Fence(root)
  const config = fence.read(join(root, CONFIG_FILE))
  const before = config?.toString('utf8') ?? ''
  const { text, left } = config ? await addEntries(before, built.flatMap(stateEntry)) : { text: '', left: [] }
  if (text !== before) change(CONFIG_FILE, config, text)
  const ignore = readIfReadable(join(root, '.gitignore'), { follow: false })
  const ignored = ignoreOutput(ignore?.toString('utf8'))
  if (ignored !== undefined) change('.gitignore', ignore, ignored)
  return {
    changed,
    config: text,
    projectFiles: projectFiles.map(file => withText(file, changed.get(file.relativePath))),
    warnings: [...(config ? [] : [NO_CONFIG]), ...(left.length > 0 ? [notAdded(left)] : [])],
    commit: () => commitFiles(writes, { stateDir }),
  }
}

const NO_CONFIG: Warning = {
  message: `There is no ${CONFIG_FILE}, and none is written.`,
  hint: 'To sync and deploy, add one that names the agent: "agent:", then "  agentId: …".',
}

function stateEntry({ primitive, inspection }: Built): StateEntry[] {
  const { state } = specOf(primitive.kind)
  return state ? [{ list: state.list, name: String(inspection.values.name), versioned: state.versioned }] : []
}

function withText(file: ProjectFile, text: string | undefined): ProjectFile {
  return text === undefined ? file : { ...file, hash: textHash(text), size: Buffer.byteLength(text) }
}

function notAdded(entries: readonly StateEntry[]): Warning {
  const lists = [...new Set(entries.map(entry => entry.list))]
  return {
    message: `${CONFIG_FILE} has no safe place for ${entries.map(entry => `"${entry.name}"`).join(', ')}.`,
    hint: `Write ${lists.map(list => `\`${list}:\``).join(' and ')} as a list, one entry a line; then compile again.`,
  }
}
