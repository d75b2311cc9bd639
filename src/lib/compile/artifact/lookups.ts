/** What resolving the imports of a bundle looked for: a file that appears there later would be taken instead. */

import { dirname, extname, isAbsolute, join, resolve } from 'node:path'
import type { Metafile } from 'esbuild'
import { lstatOf, realPathOf } from '../../files.js'

export interface Lookups {
  /** Absolute paths of files that were or would have been looked at; most are not there. */
  files: Set<string>
  /** Folders that were looked into and links to files, and where they really are. */
  links: Map<string, string>
}

const EXTENSIONS = ['.tsx', '.ts', '.jsx', '.js', '.mts', '.cts', '.mjs', '.cjs', '.json', '.css']
const REWRITTEN = /\.([mc]?)jsx?$/
/** The bundler looks for these in every folder above a file. */
const SETTINGS = ['package.json', 'tsconfig.json', 'jsconfig.json']

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
    const from = dirname(resolve(root, input))
    addSettings(found, from, seen)
    for (const { original, path, external } of imports) {
      if (external || original === undefined || /^[a-z-]+:/.test(path)) continue
      const key = `${from}\0${original}`
      if (seen.has(key)) continue
      seen.add(key)
      const specifier = original.replace(/\?.*$/, '')
      if (specifier.startsWith('.') || isAbsolute(specifier))
        addFile(found, resolve(from, specifier), resolve(root, path))
      else {
        for (const candidate of mapped(resolve(root, input), specifier))
          addFile(found, candidate, resolve(root, path))
        addPackage(found, from, specifier, resolve(root, path))
      }
    }
  }
}

function addSettings({ files }: Lookups, from: string, seen: Set<string>): void {
  for (let folder = from; !seen.has(folder); folder = dirname(folder)) {
    seen.add(folder)
    for (const name of SETTINGS) files.add(join(folder, name))
  }
}

/**
 * What a path may mean: itself, with an extension, in place of compiled JavaScript, or a folder.
 * @param taken the real path of the file that was taken
 */
function addFile(found: Lookups, path: string, taken: string): void {
  const { files } = found
  const candidates = [path, ...EXTENSIONS.map(extension => path + extension)]
  if (REWRITTEN.test(path)) candidates.push(...['', 'x'].map(x => path.replace(REWRITTEN, `.$1ts${x}`)))
  if (extname(path) === '') {
    candidates.push(...EXTENSIONS.map(extension => join(path, `index${extension}`)))
    candidates.push(join(path, 'package.json'))
  }
  for (const candidate of candidates) files.add(candidate)
  addLink(found, dirname(path))
  if (candidates.includes(taken)) return
  for (const candidate of candidates) if (lstatOf(candidate)?.isSymbolicLink()) addLink(found, candidate)
}

/** Every `node_modules` from a folder upwards: a package that has no such file is passed over for the next one. */
function addPackage(found: Lookups, from: string, specifier: string, taken: string): void {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    found.files.add(join(place, 'package.json'))
    addLink(found, place)
    for (const extension of EXTENSIONS)
      found.files.add(join(place, `index${extension}`)).add(place + extension)
    if (specifier !== name) addFile(found, join(folder, 'node_modules', specifier), taken)
    if (folder === dirname(folder)) return
  }
}

function addLink({ links }: Lookups, place: string): void {
  const real = links.get(place) ?? realPathOf(place)
  if (real !== undefined) links.set(place, real)
}
