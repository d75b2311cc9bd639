/** From built primitives to files: the manifest, what belongs to each artifact, and every source by its content. */

import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { LuaError } from '../errors.js'
import type { ProjectFile } from '../project/files.js'
import { textHash } from '../project/hash.js'
import { type Sources, shownPath } from '../source/index.js'
import type { Built } from './build.js'
import { personaText } from './discover/discover.js'
import { entryFields } from './entry-fields.js'
import type { ManifestPrimitive } from './manifest.js'
import { fileName } from './names.js'
import { OUTPUT, type OutputFile } from './output.js'

/** An artifact's files, without their extension, and its entry in the manifest. */
export interface Packed {
  built: Built
  /** Below `dist-v2`, without extension. */
  stem: string
  entry: ManifestPrimitive
  /** Bytes of the artifact. */
  size: number
  /** The artifact and its source map; undefined: those of the last compile still hold. */
  files: { code: string; map: string } | undefined
}

/** An artifact of the last compile. */
export interface Kept {
  hash: string
  size: number
}

/** @param kept what is known of an artifact that was not built again */
export function pack(
  sources: Sources,
  built: readonly Built[],
  kept: (id: string) => Kept | undefined,
): Packed[] {
  const names = new Map(built.map(({ primitive, inspection }) => [primitive, String(inspection.values.name)]))
  return built.map(one => {
    const { primitive, inspection, artifact, id } = one
    const { kind, declared, tools } = primitive
    const name = names.get(primitive) ?? ''
    const stem = `artifacts/${kind}/${fileName(name)}`
    const files = artifact && { code: named(artifact.code, id, stem), map: artifact.map }
    const old = kept(id)
    const size = files ? Buffer.byteLength(files.code) : (old?.size ?? 0)
    const entry: ManifestPrimitive = {
      kind,
      name,
      description: descriptionOf(one),
      path: `${stem}.js`,
      sourcePath: shownPath(sources, declared.module.path),
      hash: files ? textHash(files.code) : (old?.hash ?? ''),
      ...entryFields(
        kind,
        inspection,
        tools.map(tool => names.get(tool) ?? ''),
      ),
    }
    return { built: one, stem, entry, size, files }
  })
}

/** An artifact whose name was not known when it was bundled refers to its map by the wrong one. */
function named(code: string, id: string, stem: string): string {
  const base = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  const [before, after] = [base(id), base(stem)]
  if (before === after) return code
  const at = code.lastIndexOf('//# sourceMappingURL=')
  return `${code.slice(0, at)}//# sourceMappingURL=${encodeURI(after)}.js.map\n`
}

function descriptionOf({ primitive, inspection }: Built): string {
  const { description, persona } = inspection.values
  if (primitive.kind === 'agent') return personaText(persona)
  return typeof description === 'string' ? description : ''
}

/** The metadata beside an artifact: its entry, and what a reader of the artifact alone wants to know. */
function metadataText({ entry, size }: Packed, sourceHash: string | undefined): string {
  const { kind, name, description, path: _, sourcePath, hash, schemas, ...metadata } = entry
  const text = { kind, name, description, sourcePath, sourceHash, schemas, metadata, size, hash }
  return `${JSON.stringify(text, undefined, 2)}\n`
}

/** Everything that goes into `dist-v2`, made when it is asked for, so that it need not all be in memory. */
export function* outputFiles(
  root: string,
  manifest: string,
  packed: readonly Packed[],
  projectFiles: readonly ProjectFile[],
  changed: ReadonlyMap<string, string>,
): Generator<OutputFile> {
  yield { path: 'manifest.json', data: manifest }
  const hashes = new Map(projectFiles.map(file => [file.relativePath, file.hash]))
  for (const one of packed) {
    const { stem, files, entry } = one
    if (files) {
      yield { path: `${stem}.js`, data: files.code }
      yield { path: `${stem}.js.map`, data: files.map }
    } else {
      yield { path: `${stem}.js`, from: join(root, OUTPUT, `${stem}.js`) }
      yield { path: `${stem}.js.map`, from: join(root, OUTPUT, `${stem}.js.map`) }
    }
    yield { path: `${stem}.json`, data: metadataText(one, hashes.get(entry.sourcePath)) }
  }
  yield* sourceFiles(root, projectFiles, changed)
}

function* sourceFiles(
  root: string,
  projectFiles: readonly ProjectFile[],
  changed: ReadonlyMap<string, string>,
): Generator<OutputFile> {
  const done = new Set<string>()
  for (const { relativePath, hash } of projectFiles) {
    const path = `sources/${hash}${extname(relativePath)}`
    if (done.has(path)) continue
    done.add(path)
    yield { path, data: changed.get(relativePath) ?? unchanged(join(root, relativePath), relativePath, hash) }
  }
}

function unchanged(file: string, relativePath: string, hash: string): Uint8Array {
  try {
    const bytes = readFileSync(file)
    if (textHash(bytes) === hash) return bytes
  } catch {
    // Said below.
  }
  throw new LuaError(
    'COMPILE_FAILED',
    `${relativePath} was changed or removed while the project was compiled.`,
    {
      hint: 'Compile again.',
      location: { file, line: 1, column: 1 },
    },
  )
}
