/** The house as its imports draw it: who may know whom, and no circle anywhere. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** The rooms of the library, each with the rooms it may import. What lies beside them, all may import. */
const FLOORS: Record<string, string[]> = {
  project: [],
  source: [],
  server: [],
  disk: [],
  compile: ['project', 'source', 'disk'],
  snapshot: ['project', 'server', 'disk'],
  sync: ['project', 'source', 'server', 'disk', 'compile', 'snapshot'],
  report: [],
}
/** The types of results are all that `report` knows of other rooms. */
const TYPES_ONLY: Record<string, string[]> = {
  report: ['project', 'server', 'disk', 'compile', 'snapshot', 'sync'],
}
/** The rooms of `source`: each imports only those before it. */
const SOURCE_ROOMS = ['files', 'names', 'value', 'agent', 'write']

interface Import {
  /** Paths relative to `src`. */
  from: string
  to: string
  typeOnly: boolean
}

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
const IMPORTS = FILES.flatMap(importsOf)
/** Lines. */
const LONGEST = 320

function importsOf(name: string): Import[] {
  const text = readFileSync(join(SRC, name), 'utf8')
  const statements =
    /^(?:import|export)\b([^'"`;]*?)\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm
  return [...text.matchAll(statements)].flatMap(([, what = '', static_, bare, dynamic]) => {
    const specifier = static_ ?? bare ?? dynamic ?? ''
    if (!specifier.startsWith('.')) return []
    const to = relative(SRC, join(SRC, dirname(name), specifier)).replace(/\.js$/, '.ts')
    return [{ from: name, to, typeOnly: isTypeOnly(what) }]
  })
}

/** `import type { … }`, or a list in which each name is a type. */
function isTypeOnly(what: string): boolean {
  const names =
    /\{([^}]*)\}/
      .exec(what)?.[1]
      ?.split(',')
      .map(name => name.trim()) ?? []
  const named = names.filter(name => name !== '')
  return /^\s+type\b/.test(what) || (named.length > 0 && named.every(name => name.startsWith('type ')))
}

/** The room of a file of the library; `undefined`: beside the rooms, or not of the library. */
function roomOf(path: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(path)?.[1]
}

function shown({ from, to }: Import): string {
  return `${from} imports ${to}`
}

describe('imports', () => {
  it('are found', () => {
    expect(IMPORTS.length).to.be.greaterThan(500)
  })

  it('nothing in lib knows the terminal above it', () => {
    const wrong = IMPORTS.filter(({ from, to }) => from.startsWith('lib/') && !to.startsWith('lib/'))
    expect(wrong.map(shown)).to.deep.equal([])
  })

  it('what lies beside the rooms knows none of them', () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) => from.startsWith('lib/') && roomOf(from) === undefined && roomOf(to) !== undefined,
    )
    expect(wrong.map(shown)).to.deep.equal([])
  })

  it('every room imports only the floors below it', () => {
    const wrong = IMPORTS.filter(({ from, to, typeOnly }) => {
      const [room, other] = [roomOf(from), roomOf(to)]
      if (room === undefined || other === undefined || room === other) return false
      return !FLOORS[room]?.includes(other) && !(typeOnly && TYPES_ONLY[room]?.includes(other))
    })
    expect(wrong.map(shown)).to.deep.equal([])
  })

  it('source is entered by its one door', () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) => roomOf(to) === 'source' && roomOf(from) !== 'source' && to !== 'lib/source/index.ts',
    )
    expect(wrong.map(shown)).to.deep.equal([])
  })

  it('in source, each room imports only those above it', () => {
    const level = (path: string) => SOURCE_ROOMS.indexOf(path.split('/')[2] ?? '')
    const wrong = IMPORTS.filter(({ from, to }) => {
      const isInside = roomOf(from) === 'source' && from !== 'lib/source/index.ts'
      return isInside && roomOf(to) === 'source' && level(to) > level(from)
    })
    const outside = IMPORTS.filter(({ from }) => roomOf(from) === 'source' && level(from) === -1)
    expect(wrong.map(shown)).to.deep.equal([])
    expect(new Set(outside.map(({ from }) => from))).to.deep.equal(new Set(['lib/source/index.ts']))
  })

  it('a thing that only one room uses lies in that room', () => {
    const beside = FILES.filter(name => /^lib\/[^/]+\.ts$/.test(name))
    const wrong = beside.filter(name => {
      const users = new Set(IMPORTS.filter(({ to }) => to === name).map(({ from }) => roomOf(from) ?? from))
      return users.size === 1 && ![...users][0]!.includes('/')
    })
    // What hosts see: types of results, which `report` fills and no room owns.
    expect(wrong).to.deep.equal(['lib/contract.ts'])
  })

  it(`no file is longer than ${LONGEST} lines`, () => {
    const long = FILES.filter(name => readFileSync(join(SRC, name), 'utf8').split('\n').length - 1 > LONGEST)
    expect(long).to.deep.equal([])
  })

  it('there is no circle of files, not even of types', () => {
    expect(findCircle(IMPORTS)).to.equal(undefined)
  })

  it('there is no circle in any folder either, its folders taken as wholes', () => {
    const folders = new Set(['.', ...FILES.map(dirname)])
    expect([...folders].flatMap(folder => findCircle(drawn(folder)) ?? [])).to.deep.equal([])
  })
})

/** The imports between what lies directly in a folder, as a drawing of it shows them. */
function drawn(folder: string): Import[] {
  const inside = (path: string) => (folder === '.' ? path : relative(folder, path))
  return IMPORTS.flatMap(({ from, to, typeOnly }) => {
    const [a, b] = [inside(from), inside(to)].map(path => path.split('/')[0]!)
    return a === '..' || b === '..' || a === b ? [] : [{ from: a!, to: b!, typeOnly }]
  })
}

/** The files of one circle, in order; `undefined`: there is none. */
function findCircle(imports: Import[]): string[] | undefined {
  const targets = new Map<string, string[]>()
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to])
  const done = new Set<string>()
  const visit = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of targets.get(file) ?? []) {
      const circle = visit(next, [...way, file])
      if (circle) return circle
    }
    done.add(file)
    return undefined
  }
  for (const file of targets.keys()) {
    const circle = visit(file, [])
    if (circle) return circle
  }
  return undefined
}
