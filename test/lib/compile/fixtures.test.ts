import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { type CompileResult, compileProject, type ManifestPrimitive } from '../../../src/lib/compile/index.js'
import { textHash } from '../../../src/lib/project/hash.js'
import { type CompileProject, compileProjectOf, ZODS } from '../../support/compile-fixture.js'

const FIXTURES = fileURLToPath(new URL('../../fixtures/compile', import.meta.url))
const RUNNER = fileURLToPath(new URL('../../support/run-artifact.cjs', import.meta.url))
const run = promisify(execFile)

/** Written by hand, as the platform wants it. */
interface Expected {
  primitives: Omit<ManifestPrimitive, 'hash'>[]
  /** How to run each artifact that has an `execute`, and what it gives. */
  runs: Record<string, { args: unknown[]; result: unknown }>
  warnings?: string[]
  /** Packages in the project's `node_modules`, by folder in the project. */
  links?: Record<string, string>
  /** Texts that only these artifacts may hold. */
  only?: Record<string, string[]>
}

const idOf = ({ kind, name }: { kind: string; name: string }) => `${kind}/${name}`

for (const fixture of readdirSync(FIXTURES)) {
  for (const zod of ZODS) {
    describe(`compiling ${fixture} with ${zod === 'zod' ? 'zod 4' : 'zod 3'}`, () => {
      const expected: Expected = JSON.parse(readFileSync(join(FIXTURES, fixture, 'expected.json'), 'utf8'))
      let copy: CompileProject
      let result: CompileResult

      before(async () => {
        copy = await compileProjectOf({ from: join(FIXTURES, fixture, 'project'), zod })
        for (const [name, folder] of Object.entries(expected.links ?? {})) copy.link(name, copy.path(folder))
        result = await compileProject(copy.project)
      })
      after(() => copy.remove())

      it('gives the manifest that the platform wants, in its order', () => {
        const primitives = result.manifest.primitives.map(({ hash: _, ...rest }) => rest)
        expect(primitives).to.deep.equal(expected.primitives)
        expect(primitives.map(Object.keys)).to.deep.equal(expected.primitives.map(Object.keys))
        expect(JSON.parse(readFileSync(copy.path('dist-v2/manifest.json'), 'utf8'))).to.deep.equal(
          result.manifest,
        )
      })

      it('warns of what is left out, and of nothing else', () => {
        const messages = result.warnings.map(({ message }) => message)
        expect(messages).to.have.length(expected.warnings?.length ?? 0)
        for (const [at, text] of expected.warnings?.entries() ?? []) expect(messages[at]).to.contain(text)
      })

      it('hashes each artifact, and tells about it in the file beside it', () => {
        for (const { path, hash, kind, name } of result.manifest.primitives) {
          expect(textHash(readFileSync(copy.path('dist-v2', path)))).to.equal(hash)
          const metadata = JSON.parse(readFileSync(copy.path('dist-v2', path.replace(/js$/, 'json')), 'utf8'))
          expect(metadata).to.include({ kind, name, hash })
        }
      })

      it('names only files of the project in source maps, with their text, and no absolute path anywhere', () => {
        for (const { path } of result.manifest.primitives) {
          const map = JSON.parse(readFileSync(copy.path('dist-v2', `${path}.map`), 'utf8'))
          for (const [at, source] of (map.sources as string[]).entries()) {
            if (/^(?:platform|entry|raw-text):/.test(source)) continue
            const text = readFileSync(copy.path('dist-v2/artifacts/kind', source), 'utf8')
            expect(map.sourcesContent[at], source).to.equal(text)
          }
        }
        const all = readdirSync(copy.path('dist-v2'), { recursive: true, withFileTypes: true })
        for (const file of all.filter(entry => entry.isFile())) {
          const text = readFileSync(join(file.parentPath, file.name), 'utf8')
          expect(text, file.name).not.to.contain(copy.project.root)
        }
      })

      it('gives artifacts that load with zod and the globals alone, and run', async () => {
        const { primitives } = result.manifest
        const each = primitives.flatMap(primitive => [
          copy.path('dist-v2', primitive.path),
          JSON.stringify(expected.runs[idOf(primitive)]?.args ?? []),
        ])
        const { stdout } = await run(process.execPath, [RUNNER, copy.project.root, ...each], {
          cwd: copy.path(),
          env: {},
        })
        const lines = stdout.trimEnd().split('\n')
        expect(lines).to.have.length(primitives.length)
        const ran = primitives.map((primitive, at) => {
          const { meta, runs, result } = JSON.parse(lines[at]!)
          const { kind, name, description } = primitive
          expect(meta).to.include({ version: '2.0.0', kind, name, description })
          return runs ? [idOf(primitive), result] : undefined
        })
        const results = Object.fromEntries(ran.filter(one => one !== undefined))
        const wanted = Object.fromEntries(
          Object.entries(expected.runs).map(([id, { result }]) => [id, result]),
        )
        expect(results).to.deep.equal(wanted)
      })

      it('keeps what belongs to one artifact out of the others', () => {
        for (const [text, ids] of Object.entries(expected.only ?? {})) {
          const holders = result.manifest.primitives.filter(({ path }) =>
            readFileSync(copy.path('dist-v2', path), 'utf8').includes(text),
          )
          expect(holders.map(idOf), text).to.deep.equal(ids)
        }
      })
    })
  }
}
