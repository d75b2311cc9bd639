/** From built primitives to files: the manifest, what belongs to each artifact, and every source by its content. */

import { extname, join } from 'node:path'
import { LuaError } from '../../errors.js'
import { readIfReadable } from '../../files.js'
import type { ProjectFile } from '../../project/files.js'
import { textHash } from '../../project/hash.js'
import { holdsSecret } from '../../secrets.js'
import { type Sources, shownPath } from '../../source/index.js'
import type { Artifact } from '../artifact/bundle.js'
import type { Built } from '../build.js'
import { personaText } from '../discover/discover.js'
import type { Primitive } from '../discover/primitive.js'
import type { Inspection } from '../inspect/protocol.js'
import { fileName, OUTPUT } from '../names.js'
import { entryFields } from './entry-fields.js'
import { type OutputFile, secretIn } from './folder.js'
import type { ManifestPrimitive } from './manifest.js'

/** What is known of an artifact whose code and map are written, or were by the last compile. */
export interface Stored {
  /** Below `dist-v2`, without extension. */
  stem: string
  /** See `ManifestPrimitive`. */
  hash: string
  /** Bytes. */
  size: number
}

/** A primitive with its artifact and its entry in the manifest. */
export interface Packed extends Stored {
  built: Built
  entry: ManifestPrimitive
}

/** Puts an artifact and its map where they belong in the output. */
export function storeArtifact(
  { kind }: Primitive,
  { id, code, map }: Artifact,
  { values }: Inspection,
  add: (file: OutputFile) => void,
): Stored {
  const stem = `artifacts/${kind}/${fileName(String(values.name))}`
  const data = named(code, id, stem)
  add({ path: `${stem}.js`, data })
  add({ path: `${stem}.js.map`, data: map })
  return { stem, hash: textHash(data), size: Buffer.byteLength(data) }
}

/** The manifest's entries. */
export function pack(
  sources: Sources,
  built: readonly Built[],
  storedOf: (id: string) => Stored | undefined,
): Packed[] {
  const names = new Map(built.map(({ primitive, inspection }) => [primitive, String(inspection.values.name)]))
  return built.flatMap(one => {
    const { primitive, inspection, id } = one
    const { kind, declared, tools } = primitive
    const stored = storedOf(id)
    if (!stored) return []
    const entry: ManifestPrimitive = {
      kind,
      name: names.get(primitive) ?? '',
      description: descriptionOf(one),
      path: `${stored.stem}.js`,
      sourcePath: shownPath(sources, declared.module.path),
      hash: stored.hash,
      ...entryFields(
        kind,
        primitive.voices
          ? {
              ...inspection,
              values: { ...inspection.values, voiceRefs: primitive.voices.map(voice => ({ name: voice })) },
            }
          : inspection,
        tools.map(tool => names.get(tool) ?? ''),
      ),
    }
    return { ...stored, built: one, entry }
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
  if (primitive.kind === 'agent' && personaText(persona) !== '') return personaText(persona)
  return typeof description === 'string' ? description : ''
}

/** The metadata beside an artifact: its entry, and what a reader of the artifact alone wants to know. */
function metadataText({ entry, size }: Packed, sourceHash: string | undefined): string {
  const { kind, name, description, path: _, sourcePath, hash, schemas, ...metadata } = entry
  const text = { kind, name, description, sourcePath, sourceHash, schemas, metadata, size, hash }
  return `${JSON.stringify(text, undefined, 2)}\n`
}

/** The files beside the artifacts, and those of artifacts that were not built again. */
export function* artifactFiles(
  root: string,
  packed: readonly Packed[],
  projectFiles: readonly ProjectFile[],
): Generator<OutputFile> {
  const hashes = new Map(projectFiles.map(file => [file.relativePath, file.hash]))
  for (const one of packed) {
    const { stem, built, entry } = one
    if (!built.artifact) {
      yield { path: `${stem}.js`, from: join(root, OUTPUT, `${stem}.js`) }
      yield { path: `${stem}.js.map`, from: join(root, OUTPUT, `${stem}.js.map`) }
    }
    yield { path: `${stem}.json`, data: metadataText(one, hashes.get(entry.sourcePath)) }
  }
}

/**
 * Every source once, by its content.
 * @param old paths of the last output, if it is all there
 * @param written paths that are in this one
 */
export function* sourceFiles(
  root: string,
  projectFiles: readonly ProjectFile[],
  old: ReadonlySet<string>,
  written: ReadonlySet<string> = new Set(),
): Generator<OutputFile> {
  const done = new Set(written)
  for (const file of projectFiles) {
    const path = sourcePath(file)
    if (done.has(path)) continue
    done.add(path)
    if (old.has(path)) yield { path, from: join(root, OUTPUT, path) }
    else yield { path, read: () => unchanged(join(root, file.relativePath), file) }
  }
}

export const sourcePath = ({ hash, relativePath }: ProjectFile) => `sources/${hash}${extname(relativePath)}`

async function unchanged(file: string, { relativePath, hash }: ProjectFile): Promise<Uint8Array> {
  const bytes = readIfReadable(file)
  const bytesThen = bytes !== undefined && textHash(bytes) === hash ? bytes : undefined
  if (bytesThen && holdsSecret(bytesThen)) throw secretIn(relativePath, { file, line: 1, column: 1 })
  if (bytesThen) return bytesThen
  throw new LuaError(
    'COMPILE_FAILED',
    `${relativePath} was changed or removed while the project was compiled.`,
    {
      hint: 'Compile again.',
      location: { file, line: 1, column: 1 },
    },
  )
}
