/** The settings that the bundler reads by itself, wherever it finds them: looked at before it does. */

import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Fence } from '../../fence.js'
import { lstatOf, MAX_STATE, notRead, readIfReadable, readIfThere, statOf } from '../../files.js'
import { projectPaths } from '../../project/files.js'
import { INSTALLED } from './fence-plugin.js'

const NAMES = ['package.json', 'tsconfig.json', 'jsconfig.json']

/**
 * @param root folder of the project
 * @throws LuaError FILE_REFUSED for settings that are a pipe or a device, or lead out of the workspace
 */
export function refuseOddSettings(root: string, fence: Fence): void {
  const folders = new Set([root])
  for (const path of projectPaths(root))
    for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(join(root, at))
  for (let at = dirname(root); at !== dirname(at); at = dirname(at)) folders.add(at)
  const seen = new Set<string>()
  for (const folder of folders) for (const name of NAMES) refuseOdd(join(folder, name), fence, seen)
}

function refuseOdd(path: string, fence: Fence, seen: Set<string>, isExtended = false): void {
  if (seen.has(path) || lstatOf(path) === undefined) return
  seen.add(path)
  const isOwn = isExtended || fence.contains(dirname(path))
  const reason = isOwn && !INSTALLED.test(path) ? fence.readRefusal(path) : undefined
  if (reason !== undefined && statOf(path) !== undefined) throw notRead(path, reason)
  const read = isOwn ? readIfThere : readIfReadable
  const text = read(path, { limit: MAX_STATE })?.toString('utf8')
  if (text === undefined || path.endsWith('package.json')) return
  for (const parent of parentsIn(text)) {
    const found = candidates(path, parent).find(each => statOf(each)?.isDirectory() === false)
    if (found !== undefined) refuseOdd(found, fence, seen, true)
  }
}

/** What a tsconfig.json names in `extends`; that a name in a comment is looked at too does no harm. */
function parentsIn(text: string): string[] {
  return [...text.matchAll(/"extends"\s*:\s*(\[[^\]]*\]|"[^"\n]*")/g)].flatMap(([, value = '']) =>
    [...value.matchAll(/"([^"\n]*)"/g)].map(([, name = '']) => name),
  )
}

function candidates(from: string, specifier: string): string[] {
  const named = (base: string) => [base, `${base}.json`, join(base, 'tsconfig.json')]
  if (specifier.startsWith('.') || isAbsolute(specifier)) return named(resolve(dirname(from), specifier))
  const found: string[] = []
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    found.push(...named(join(folder, 'node_modules', specifier)))
    if (folder === dirname(folder)) return found
  }
}
