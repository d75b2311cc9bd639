// Changes the code of the rooms that decide, one careless edit at a time, and counts how many of these mutants the
// in-process tests notice: `npm run test:mutants [-- room …]`. Exits 1 where a room stays below its share. Stryker is
// installed for the run alone: the one that runs on Node 20 knows neither our mocha nor our TypeScript.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Percent of the mutants that must be noticed. */
const SHARE = 85

/** What is changed, and the tests that are to notice. Tests that spawn the program do not see the changes. */
const ROOMS = {
  sync: {
    mutate: ['src/lib/sync/{base,drift,equality,guards,merge,table}.ts'],
    spec: ['test/lib/sync/*.test.ts'],
  },
  write: {
    mutate: ['src/lib/source/write/*.ts'],
    spec: ['test/lib/source/write/*.test.ts'],
  },
  value: {
    mutate: ['src/lib/source/value/*.ts'],
    spec: ['test/lib/source/{value,agent}/*.test.ts'],
  },
  disk: {
    mutate: ['src/lib/disk/*.ts'],
    spec: ['test/lib/disk/*.test.ts'],
  },
}

const wanted = process.argv.slice(2)
const rooms = wanted.length > 0 ? wanted : Object.keys(ROOMS)
const folder = mkdtempSync(join(tmpdir(), 'lua-mutants-'))
const TOOLS = [
  '@stryker-mutator/core@9.6.1',
  '@stryker-mutator/mocha-runner@9.6.1',
  'mocha@11',
  'typescript@5',
]
run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--silent', ...TOOLS])
const scores = rooms.map(room => [room, score(room)])
rmSync(folder, { recursive: true, force: true })

for (const [room, { killed, all }] of scores) {
  const share = (100 * killed) / all
  console.log(`${room.padEnd(8)}${killed} of ${all} noticed, ${share.toFixed(1)}%`)
  if (!(share >= SHARE)) process.exitCode = 1
}

/** Runs Stryker on one room. A mutant that makes the tests run forever counts as noticed, one that no test runs as not. */
function score(room) {
  const { mutate, spec } = ROOMS[room]
  const report = join(folder, `${room}.json`)
  const mocharc = join(folder, 'mocharc.json')
  writeFileSync(mocharc, JSON.stringify({ spec, timeout: 20_000, require: ['./test/support/fixed-seed.ts'] }))
  const config = join(folder, `${room}.config.json`)
  const options = {
    mutate,
    testRunner: 'mocha',
    mochaOptions: { config: mocharc },
    testRunnerNodeArgs: ['--import=tsx'],
    coverageAnalysis: 'perTest',
    timeoutMS: 5000,
    reporters: ['json'],
    jsonReporter: { fileName: report },
    plugins: [join(folder, 'node_modules', '@stryker-mutator', 'mocha-runner', 'dist', 'src', 'index.js')],
    cleanTempDir: 'always',
    ignorePatterns: ['/coverage', '/docs', '/examples', '/dist-v2'],
  }
  writeFileSync(config, JSON.stringify(options))
  run('node', [join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'), 'run', config])
  const { files } = JSON.parse(readFileSync(report, 'utf8'))
  const mutants = Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants.map(mutant => ({ file, ...mutant })),
  )
  const counted = mutants.filter(
    ({ status }) => !['Ignored', 'CompileError', 'RuntimeError'].includes(status),
  )
  const lived = counted.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
  for (const { file, location, mutatorName, replacement } of lived)
    console.log(
      `lived: ${file}:${location.start.line}:${location.start.column} ${mutatorName} ${replacement ?? ''}`.slice(
        0,
        200,
      ),
    )
  return { killed: counted.length - lived.length, all: counted.length }
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}
