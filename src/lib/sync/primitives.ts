/** The names and active versions of what is deployed, against `lua.skill.yaml`. Only looks: nothing is written anywhere. */

import { LuaError } from '../errors.js'
import { readIfThere } from '../files.js'
import type { Project } from '../project/project.js'
import { type LuaServer, PRIMITIVE_LISTS, type PrimitiveList } from '../server/index.js'

/** in-sync: both sides have it, in one version. differs: in two. missing: one side has none. */
type PrimitiveState = 'in-sync' | 'differs' | 'missing'

export interface PrimitiveDrift {
  kind: PrimitiveList
  name: string
  state: PrimitiveState
  local: Side | null
  server: Side | null
}

/** `version` is null where there is none: an MCP server has no versions, and nothing may be active. */
export interface Side {
  version: string | null
}

/**
 * Sorted by kind, then by name.
 * @throws LuaError PROJECT_INVALID, and as the server room does
 */
export async function comparePrimitives(project: Project, server: LuaServer): Promise<PrimitiveDrift[]> {
  const [declared, deployed] = await Promise.all([
    readDeclared(project),
    Promise.all(PRIMITIVE_LISTS.map(kind => server.listPrimitives(kind))),
  ])
  return PRIMITIVE_LISTS.flatMap((kind, index) => {
    const here = declared[kind]
    const there = new Map(deployed[index]!.map(({ name, version }) => [name, { version: version ?? null }]))
    const names = [...new Set([...here.keys(), ...there.keys()])].sort()
    return names.map(name => {
      const [local, remote] = [here.get(name) ?? null, there.get(name) ?? null]
      return { kind, name, state: stateOf(local, remote), local, server: remote }
    })
  })
}

function stateOf(local: Side | null, server: Side | null): PrimitiveState {
  if (!local || !server) return 'missing'
  return local.version === server.version ? 'in-sync' : 'differs'
}

async function readDeclared({ configPath }: Project): Promise<Record<PrimitiveList, Map<string, Side>>> {
  const { parse } = await import('yaml')
  let config: unknown
  try {
    // As it is written: 1.10 is a version, not a number.
    config = parse(readIfThere(configPath)?.toString('utf8') ?? '', { schema: 'failsafe' })
  } catch (error) {
    throw new LuaError('PROJECT_INVALID', `${configPath} is not valid YAML: ${(error as Error).message}`)
  }
  const lists = (typeof config === 'object' && config !== null ? config : {}) as Record<string, unknown>
  const sides = (kind: PrimitiveList) => {
    const list = Array.isArray(lists[kind]) ? (lists[kind] as unknown[]) : []
    return new Map(list.flatMap(entry => sideOf(entry, kind)))
  }
  return Object.fromEntries(PRIMITIVE_LISTS.map(kind => [kind, sides(kind)])) as Record<
    PrimitiveList,
    Map<string, Side>
  >
}

const NO_VERSION = ['', '~', 'null']

function sideOf(entry: unknown, kind: PrimitiveList): [string, Side][] {
  const { name, version } = (entry ?? {}) as { name?: unknown; version?: unknown }
  if (typeof name !== 'string' || name === '') return []
  const isVersioned = kind !== 'mcpServers' && typeof version === 'string' && !NO_VERSION.includes(version)
  return [[name, { version: isVersioned ? version : null }]]
}
