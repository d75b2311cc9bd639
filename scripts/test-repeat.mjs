// Runs the suite again and again and prints how often it was green: `npm run test:repeat -- 20 [Node versions]`.
// Every fourth run has both cores busy. Other Nodes come as the npm package `node`; without any, the one at hand.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const [times = '20', ...versions] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'lua-repeat-'))
const results = []

try {
  for (const version of versions.length > 0 ? versions : [undefined]) {
    const env = version === undefined ? process.env : withNode(version)
    for (let turn = 1; turn <= Number(times); turn += 1) repeat(turn, turn % 4 === 0, version, env)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const green = results.filter(Boolean).length
console.log(`${green} of ${results.length} runs were green`)
process.exitCode = green === results.length ? 0 : 1

/** The environment in which `node` is that version. */
function withNode(version) {
  const prefix = join(folder, version)
  spawnSync(
    'npm',
    ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', `node@${version}`],
    {
      stdio: 'inherit',
    },
  )
  return { ...process.env, PATH: `${join(prefix, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` }
}

function repeat(turn, busy, version, env) {
  const others = busy ? Array.from({ length: availableParallelism() }, burn) : []
  const started = Date.now()
  const { status, stdout } = spawnSync('npm', ['test', '--silent', '--', '--reporter', 'dot'], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  for (const other of others) other.kill('SIGKILL')
  results.push(status === 0)
  const words = [`run ${turn}`, version && `Node ${version}`, busy && 'busy', status === 0 ? 'green' : 'RED']
  console.log(`${words.filter(Boolean).join(', ')}: ${Math.round((Date.now() - started) / 1000)} s`)
  if (status !== 0) console.log(stdout.slice(stdout.lastIndexOf('failing') - 200))
}

/** A process that keeps one core busy. */
function burn() {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
}
