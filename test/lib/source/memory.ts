import { dirname, join } from 'node:path'
import * as parser from '@babel/parser'
import { isInside } from '../../../src/lib/fence.js'
import {
  type AgentDeclaration,
  findAgent,
  readName,
  readPersona,
  type SourceHost,
  Sources,
} from '../../../src/lib/source/index.js'
import type { Parser } from '../../../src/lib/source/names/module.js'

export type Files = Record<string, string | Uint8Array>

/** Files in memory, under `/project`; a path that starts with `/` is taken as it is. */
export function memoryHost(files: Files, workspaceRoot = '/project'): SourceHost & { read: string[] } {
  const contents = new Map(
    Object.entries(files).map(([path, content]) => [
      path.startsWith('/') ? path : join('/project', path),
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  )
  const read: string[] = []
  return {
    projectRoot: '/project',
    workspaceRoot,
    read,
    readBytes(path) {
      read.push(path)
      return contents.get(path)
    },
    isFile: path => contents.has(path),
    refusal: path => (isInside(path, workspaceRoot) ? undefined : 'it lies outside the workspace'),
    listSources: () =>
      [...contents.keys()].filter(path => path.startsWith('/project/') && /\.[jt]sx?$/.test(path)).sort(),
    listFolders: path => [
      ...new Set(
        [...contents.keys()]
          .map(dirname)
          .filter(folder => folder.startsWith(`${path}/`))
          .map(folder => folder.slice(path.length + 1).split('/')[0] as string),
      ),
    ],
  }
}

export function sourcesOf(files: Files, workspaceRoot?: string): Sources {
  return new Sources(memoryHost(files, workspaceRoot), parser as unknown as Parser)
}

/** What the agent of these files says, found as in a project. */
export function read(files: Files, workspaceRoot?: string) {
  const sources = sourcesOf(files, workspaceRoot)
  const agent = findAgent(sources)
  return { sources, agent, ...readAgent(sources, agent) }
}

export function readAgent(sources: Sources, agent: AgentDeclaration) {
  return { name: readName(sources, agent), persona: readPersona(sources, agent) }
}

/** The persona of an entry file; shorthand for the many cases with one file. */
export function personaOf(code: string, others: Files = {}): unknown {
  return read({ 'src/index.ts': code, ...others }).persona?.value
}
