/** Projects to compile, in a temporary folder with a `zod` of the test's choice. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findProject, type Project } from '../../src/lib/project/project.js'

const require = createRequire(import.meta.url)

export type Zod = 'zod' | 'zod3'

/** zod 4 and zod 3, by the names under which the tests have them. */
export const ZODS: readonly Zod[] = ['zod', 'zod3']

export interface CompileProject {
  project: Project
  path(...parts: string[]): string
  write(path: string, content: string | Uint8Array): void
  link(name: string, folder: string): void
  remove(): void
}

export interface ProjectOptions {
  /** Copied in first. */
  from?: string
  files?: Record<string, string | Uint8Array>
  /** `none`: the project has no `node_modules`. */
  zod?: Zod | 'none'
  /** Begins the name of the folder. */
  prefix?: string
}

export async function compileProjectOf(options: ProjectOptions): Promise<CompileProject> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), options.prefix ?? 'compile-')))
  const path = (...parts: string[]) => join(root, ...parts)
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), content)
  }
  const link = (name: string, folder: string) => {
    mkdirSync(path('node_modules'), { recursive: true })
    symlinkSync(folder, path('node_modules', name))
  }
  if (options.from) cpSync(options.from, root, { recursive: true })
  for (const [name, content] of Object.entries(options.files ?? {})) write(name, content)
  if (!existsSync(path('lua.skill.yaml')))
    write('lua.skill.yaml', '# mine\nagent:\n  agentId: baseAgent_agent_1_x\n')
  const { zod = 'zod' } = options
  if (zod !== 'none') link('zod', dirname(require.resolve(`${zod}/package.json`)))
  const project = await findProject(root)
  return { project, path, write, link, remove: () => rmSync(root, { recursive: true, force: true }) }
}
