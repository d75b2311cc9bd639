// Runs the suite on other Nodes than the one at hand; they come as the npm package `node`. Without versions: the oldest
// that is supported and the newest. `--quick` runs what knows on which Node it is.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Processes, terminals, files, sockets, time limits, and each command once: no tables, nothing that only computes. */
const QUICK = [
  'test/{cli,hooks}/**/*.test.ts',
  // With an asterisk: for mocha, braces alone make no pattern.
  'test/commands/{compile,compile-confined,json-stopped}.test.*',
  'test/commands/sync{,-push,-undo,-git,-interactive,-never-hangs}.test.*',
  'test/lib/{disk,project,server,snapshot}/**/*.test.ts',
  'test/lib/compile/{fixtures,compute,inspect/*}.test.ts',
  'test/lib/source/{agent,files}/*.test.ts',
  'test/lib/text.test.ts',
]

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const wanted = args.filter(arg => arg !== '--quick')
const versions = wanted.length > 0 ? wanted : ['20.19', '24']
const tests = quick ? QUICK : ['--ignore', 'test/{faults,host}/**', 'test/**/*.test.ts']

for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), 'lua-node-'))
  try {
    run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${version}`])
    const env = {
      ...process.env,
      PATH: `${join(folder, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
    }
    run('node', ['--version'], env)
    const mocha = [
      join('node_modules', 'mocha', 'bin', 'mocha.js'),
      '--parallel',
      '--jobs',
      '3',
      '--reporter',
      'dot',
    ]
    run('node', [...mocha, ...tests], env)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(command, args, env = process.env) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env })
  if (status !== 0) process.exit(status ?? 1)
}
