/**
 * The personas that the code had in git: the file that holds the value is read as the last commits had it, and
 * evaluated among the other files as they are now.
 */

import { relative } from 'node:path'
import type { Persona } from '../persona.js'
import { recentVersions } from '../project/git.js'
import type { Project } from '../project/project.js'
import { findAgent, readPersona } from '../source/index.js'
import type { LocalAgent } from './local.js'

/** Newest first; a commit whose text cannot be evaluated is left out. Without git there are none. */
export async function committedPersonas(project: Project, local: LocalAgent): Promise<Persona[]> {
  const { file } = local.persona.location
  const path = relative(project.root, file).replaceAll('\\', '/')
  const texts = await recentVersions(project.root, path)
  return texts.flatMap(text => {
    const persona = personaWith(local, file, text)
    return persona === undefined ? [] : [persona]
  })
}

function personaWith({ sources }: LocalAgent, file: string, text: string): Persona | undefined {
  try {
    const then = sources.overlay(new Map([[file, Buffer.from(text)]]))
    return readPersona(then, findAgent(then))?.value
  } catch {
    return undefined
  }
}
