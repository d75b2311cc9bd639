import { realpathSync } from 'node:fs'
import { sep } from 'node:path'

/** The roots with their own links followed; a root that does not exist allows nothing. */
export function realRoots(roots: readonly string[]): string[] {
  return roots.flatMap(root => {
    try {
      return [realpathSync(root)]
    } catch {
      return []
    }
  })
}

/** Is `path` one of the roots, or below one? Both sides without links. */
export function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some(root => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep))
}
