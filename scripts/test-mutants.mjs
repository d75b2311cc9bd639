// Changes the code of the rooms that decide, one careless edit at a time, and counts how many of these mutants the
// in-process tests notice: `npm run test:mutants [-- room … file …]`. Exits 1 where a room stays below its share. A
// mutant is tried again only if it or a test of it has changed since the last run; `--force` tries them all.
// Stryker is no dependency: the one that runs on Node 20 knows neither our mocha nor our TypeScript.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** Percent of the mutants that must be noticed. */
const SHARE = 85

/** What is changed, and the tests that are to notice. Tests that spawn the program do not see the changes. */
const ROOMS = {
  sync: {
    mutate: 'src/lib/sync/{canonical,drift,equality,guards,base/base,merge/merge,merge/merge-json}.ts',
    spec: ['test/lib/sync/**/*.test.ts'],
  },
  write: {
    mutate: 'src/lib/source/write/*.ts',
    spec: ['test/lib/source/write/*.test.ts'],
  },
  value: {
    mutate: 'src/lib/source/value/*.ts',
    spec: ['test/lib/source/{value,agent}/*.test.ts'],
  },
  disk: {
    mutate: 'src/lib/disk/*.ts',
    spec: ['test/lib/disk/*.test.ts'],
  },
}

const TOOLS = [
  '@stryker-mutator/core@9.6.1',
  '@stryker-mutator/mocha-runner@9.6.1',
  'mocha@11',
  'typescript@5',
]

const root = dirname(import.meta.dirname)
const folder = join(root, 'node_modules', '.cache', 'lua-mutants')
const stryker = join(folder, 'node_modules', '@stryker-mutator')

const args = process.argv.slice(2)
const force = args.includes('--force')
const files = args.filter(arg => arg.endsWith('.ts')).map(file => relative(root, resolve(file)))
const filesOf = room => files.filter(file => file.startsWith(dirname(ROOMS[room].mutate)))
const strangers = args.filter(arg => arg !== '--force' && !arg.endsWith('.ts') && !(arg in ROOMS))
if (strangers.length > 0) throw new Error(`no room: ${strangers.join(', ')}; there are ${Object.keys(ROOMS)}`)
const wanted = Object.keys(ROOMS).filter(room => args.includes(room) || filesOf(room).length > 0)

mkdirSync(folder, { recursive: true })
if (!existsSync(stryker))
  run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--silent', ...TOOLS])

for (const room of wanted.length > 0 ? wanted : Object.keys(ROOMS)) {
  const { noticed, all } = score(room)
  const share = (100 * noticed) / all
  console.log(`${room.padEnd(8)}${noticed} of ${all} noticed, ${share.toFixed(1)}%`)
  if (!(share >= SHARE)) process.exitCode = 1
}

/** Runs Stryker on one room. A mutant that makes the tests run forever counts as noticed, one that no test runs as not. */
function score(room) {
  const { mutate, spec } = ROOMS[room]
  const path = name => join(folder, `${room}-${name}.json`)
  const options = {
    mutate: filesOf(room).length > 0 ? filesOf(room) : [mutate],
    testRunner: 'mocha',
    mochaOptions: { config: path('mocha') },
    testRunnerNodeArgs: ['--import=tsx'],
    coverageAnalysis: 'perTest',
    incremental: true,
    incrementalFile: path('last-run'),
    force,
    timeoutMS: 5000,
    reporters: ['json'],
    jsonReporter: { fileName: path('report') },
    plugins: [join(stryker, 'mocha-runner', 'dist', 'src', 'index.js')],
    cleanTempDir: 'always',
    ignorePatterns: ['/coverage', '/docs', '/examples', '/dist-v2'],
  }
  writeFileSync(
    path('mocha'),
    JSON.stringify({
      spec,
      timeout: 20_000,
      require: ['./test/support/fixed-seed.ts', './test/support/home.ts'],
    }),
  )
  writeFileSync(path('config'), JSON.stringify(options))
  run('node', [join(stryker, 'core', 'bin', 'stryker.js'), 'run', path('config')])
  const report = JSON.parse(readFileSync(path('report'), 'utf8'))
  const mutants = Object.entries(report.files)
    .filter(([file]) => filesOf(room).length === 0 || files.includes(file))
    .flatMap(([file, { mutants, source }]) => mutants.map(mutant => ({ file, source, ...mutant })))
    .filter(({ status }) => !['Ignored', 'CompileError', 'RuntimeError'].includes(status))
  const lived = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
  for (const mutant of lived) console.log(`lived: ${asLine(mutant)}`)
  return { noticed: mutants.length - lived.length, all: mutants.length }
}

/** Where a mutant is and what it changes, with a little of what stands around that. */
function asLine({ file, source, location: { start, end }, replacement = '' }) {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1)
  const before = lines.join('\n').slice(start.column - 1)
  let [head, tail] = [0, 0]
  const shorter = Math.min(before.length, replacement.length)
  while (head < shorter && before[head] === replacement[head]) head += 1
  while (tail < shorter - head && before.at(-1 - tail) === replacement.at(-1 - tail)) tail += 1
  const part = text => text.slice(Math.max(0, head - 15), text.length - Math.max(0, tail - 15))
  const short = text => part(text).replace(/\s+/g, ' ').slice(0, 80)
  return `${file}:${start.line}:${start.column}  ${short(before)}  →  ${short(replacement)}`
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}
