/** What resolving the imports of a bundle looked for: a file that appears there later would be taken instead. */

import { realpathSync } from 'node:fs'
import { dirname, extname, isAbsolute, join, resolve } from 'node:path'
import type { Metafile } from 'esbuild'

export interface Lookups {
  /** Absolute paths of files that were or would have been looked at; most are not there. */
  files: Set<string>
  /** Folders of packages, and where they really are. */
  links: Map<string, string>
}

const EXTENSIONS = ['.tsx', '.ts', '.jsx', '.js', '.mts', '.cts', '.mjs', '.cjs', '.json', '.css']
const REWRITTEN = /\.([mc]?)jsx?$/

/**
 * @param root folder that the names in `inputs` begin from
 * @param mapped paths that tsconfig.json gives a specifier in a file
 */
export function addLookups(
  found: Lookups,
  root: string,
  inputs: Metafile['inputs'],
  mapped: (from: string, specifier: string) => readonly string[],
): void {
  const seen = new Set<string>()
  for (const [input, { imports }] of Object.entries(inputs)) {
    if (/^[a-z-]+:/.test(input)) continue
    const from = resolve(root, input)
    for (const { original, path, external } of imports) {
      if (external || original === undefined || /^[a-z-]+:/.test(path)) continue
      const key = `${dirname(from)}\0${original}`
      if (seen.has(key)) continue
      seen.add(key)
      const specifier = original.replace(/\?.*$/, '')
      if (specifier.startsWith('.') || isAbsolute(specifier))
        addFile(found, resolve(dirname(from), specifier))
      else {
        for (const candidate of mapped(from, specifier)) addFile(found, candidate)
        addPackage(found, dirname(from), specifier)
      }
    }
  }
}

/** What a path may mean: itself, with an extension, in place of compiled JavaScript, or a folder. */
function addFile({ files }: Lookups, path: string): void {
  files.add(path)
  for (const extension of EXTENSIONS) {
    files.add(path + extension)
    if (extname(path) === '') files.add(join(path, `index${extension}`))
  }
  if (REWRITTEN.test(path)) for (const x of ['', 'x']) files.add(path.replace(REWRITTEN, `.$1ts${x}`))
  if (extname(path) === '') files.add(join(path, 'package.json'))
}

/** Every `node_modules` from a folder upwards: a package that has no such file is passed over for the next one. */
function addPackage({ files, links }: Lookups, from: string, specifier: string): void {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    const real = links.get(place) ?? realPathOf(place)
    files.add(join(place, 'package.json'))
    if (real !== undefined) links.set(place, real)
    for (const extension of EXTENSIONS) files.add(join(place, `index${extension}`)).add(place + extension)
    if (folder === dirname(folder)) return
  }
}

/** Where a file or folder really is; undefined: it is not there. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
