// Runs the suite on other Nodes than the one at hand; they come as the npm package `node`. Without arguments: the oldest
// that is supported and the newest.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20.19', '24']

for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), 'lua-node-'))
  try {
    run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${version}`])
    const env = {
      ...process.env,
      PATH: `${join(folder, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
    }
    run('node', ['--version'], env)
    run('node', [join('node_modules', 'mocha', 'bin', 'mocha.js'), 'test/**/*.test.ts'], env)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(command, args, env = process.env) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env })
  if (status !== 0) process.exit(status ?? 1)
}
