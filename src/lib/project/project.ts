/**
 * Where am I: the project that a folder belongs to, and which agent it is.
 */

import { realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { asLuaError, LuaError } from '../errors.js'
import { Fence } from '../fence.js'
import { MAX_STATE, statOf } from '../files.js'
import { keepKeysSecret } from './credentials.js'
import { readEnvironment } from './environment.js'
import { stateFolder } from './state-folder.js'

export const CONFIG_FILE = 'lua.skill.yaml'

export interface Project {
  /** Absolute folder of `lua.skill.yaml`. */
  root: string
  configPath: string
  agentId: string
  orgId?: string
  /** Where this machine keeps the state of the checkout: `.lua`, or a folder in it; it need not exist. */
  stateDir: string
  /** What a person should know about the checkout. */
  notes?: readonly string[]
}

/**
 * Finds the project at `start` or in a folder above it and reads its identity. Every key that it could use is a secret
 * from then on.
 * @throws LuaError NO_PROJECT, PROJECT_INVALID
 */
export async function findProject(start: string): Promise<Project> {
  const root = realpathSync(findRoot(resolve(start)))
  keepKeysSecret(root, readEnvironment())
  const configPath = join(root, CONFIG_FILE)
  const [identity, state] = await Promise.all([readIdentity(configPath), stateFolder(root)])
  return { root, configPath, ...identity, ...state }
}

/** Where code is that can be compiled. */
export type CodeFolder = Pick<Project, 'root' | 'configPath' | 'stateDir' | 'notes'>

/**
 * The project at `start` or in a folder above it, or else the nearest folder that holds code of a package: compiling
 * needs to know nothing of the agent.
 * @throws LuaError NO_PROJECT, PROJECT_INVALID
 */
export async function findCode(start: string): Promise<CodeFolder> {
  try {
    return await findProject(start)
  } catch (error) {
    if (asLuaError(error).code !== 'NO_PROJECT') throw error
    const isCode = (folder: string) =>
      isFile(join(folder, 'package.json')) || isFile(join(folder, 'src/index.ts'))
    for (let folder = resolve(start); folder !== dirname(folder); folder = dirname(folder)) {
      if (!isDirectory(folder) || !isCode(folder)) continue
      const root = realpathSync(folder)
      return { root, configPath: join(root, CONFIG_FILE), ...(await stateFolder(root)) }
    }
    throw error
  }
}

function findRoot(start: string): string {
  if (!isDirectory(start)) {
    throw new LuaError('NO_PROJECT', `${start} is not a folder.`, {
      hint: 'Give the folder of a Lua project.',
    })
  }
  for (let folder = start; ; folder = dirname(folder)) {
    if (isFile(join(folder, CONFIG_FILE))) return folder
    if (folder === dirname(folder)) break
  }
  throw new LuaError(
    'NO_PROJECT',
    `No Lua project here: looked for ${CONFIG_FILE} in ${start} and every folder above it.`,
    {
      hint:
        `A project is a folder with a ${CONFIG_FILE} that names its agent ("agent:", then "  agentId: …") ` +
        'and a src/index.ts that declares it with new LuaAgent({ name, persona }). Go to such a folder and run again, or add --all for every project below this one.',
    },
  )
}

async function readIdentity(configPath: string): Promise<{ agentId: string; orgId?: string }> {
  const agent = field(await parseConfig(configPath), 'agent')
  const agentId = field(agent, 'agentId')
  const orgId = field(agent, 'orgId')
  if (typeof agentId !== 'string' || agentId.trim() === '') {
    throw invalid(
      configPath,
      'it has no agent.agentId',
      'Add the id of your agent: "agent:", then "  agentId: …".',
    )
  }
  if (!AGENT_ID.test(agentId)) {
    throw invalid(
      configPath,
      'agent.agentId is no id of an agent',
      'An id is letters, digits, "-" and "_", at most 200, with a part before and after its first "_". The dashboard shows it.',
    )
  }
  return { agentId, orgId: typeof orgId === 'string' ? orgId : undefined }
}

/** It becomes a part of request paths, so it may hold nothing else. */
const AGENT_ID = /^(?=.{1,200}$)[A-Za-z0-9-]+_[A-Za-z0-9_-]+$/

async function parseConfig(configPath: string): Promise<unknown> {
  const text = readConfig(configPath)
  const { parseDocument } = await import('yaml')
  const document = parsed(configPath, () => parseDocument(text))
  const problem = document.errors[0]
  if (problem) {
    const [start] = problem.linePos ?? []
    throw new LuaError(
      'PROJECT_INVALID',
      `${configPath} is not valid YAML: ${problem.message.split('\n')[0]!.replace(/ at line \d+, column \d+:$/, '')}`,
      {
        hint: 'Mend the file, or restore it from git.',
        location: start && { file: configPath, line: start.line, column: start.col },
        cause: problem,
      },
    )
  }
  return parsed(configPath, () => document.toJS())
}

/** Brackets without end, and aliases that expand without end, are only found while they are followed. */
function parsed<T>(configPath: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw invalid(configPath, (error as Error).message, 'Mend the file, or restore it from git.')
  }
}

function readConfig(configPath: string): string {
  try {
    const bytes = new Fence(dirname(configPath)).read(configPath, MAX_STATE)
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) throw invalid(configPath, 'it is not UTF-8 text', 'Save it as UTF-8.')
    throw invalid(
      configPath,
      asLuaError(error).message.replace(/\.$/, ''),
      'Make it an ordinary, readable file.',
    )
  }
}

function invalid(configPath: string, why: string, hint: string): LuaError {
  return new LuaError('PROJECT_INVALID', `${configPath} cannot be used: ${why}.`, {
    hint,
    location: { file: configPath, line: 1, column: 1 },
  })
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false
}

function isDirectory(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false
}
