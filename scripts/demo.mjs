// `npm run demo`: the main job on a realistic project. Copies the example to a temporary folder, starts the embedded
// server, on which a "colleague" has changed the persona, and runs the real `lua sync` against it: interactively on a
// terminal, else the tour `--check`, `--pull`, `--check`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { API_KEY, seedState } from './bookshop.mjs'

const ROOT = dirname(import.meta.dirname)

const folder = mkdtempSync(join(tmpdir(), 'lua-demo-'))
const project = join(folder, 'bookshop-agent')
const children = new Set()

function cleanUp() {
  for (const child of children) child.kill()
  rmSync(folder, { recursive: true, force: true })
}

process.on('exit', cleanUp)
// Ctrl-C reaches `lua sync` as well, which ends by itself; the demo goes on to its end and cleans up there.
let interrupted = false
process.on('SIGINT', () => {
  interrupted = true
})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

/** Starts the embedded server as a process of its own and waits for its address. */
async function startServer() {
  const stateFile = join(folder, 'server.json')
  writeFileSync(stateFile, JSON.stringify(seedState(project)))
  const script = join(ROOT, 'test', 'support', 'lua-server.ts')
  const server = spawn(process.execPath, ['--import', 'tsx', script, '--state', stateFile], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Not in the terminal's process group: Ctrl-C is for `lua sync`, which may still have something to ask it.
    detached: true,
  })
  children.add(server)
  const [line] = await Promise.race([
    once(createInterface({ input: server.stdout }), 'line'),
    once(server, 'exit').then(([code]) => Promise.reject(new Error(`the server ended with ${code}`))),
  ])
  return line.replace(/^listening /, '')
}

/** Runs `lua …` in the project, its command printed first; its output goes where ours goes. */
async function lua(url, ...args) {
  if (interrupted) return
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  console.log(`\n$ lua ${args.join(' ')}`)
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'run.js'), ...args], {
    cwd: project,
    stdio: 'inherit',
    env: { ...process.env, HOME: home, USERPROFILE: home, LUA_API_URL: url, LUA_API_KEY: API_KEY },
  })
  children.add(child)
  const [code] = await once(child, 'exit')
  children.delete(child)
  console.log(`(exit code ${code})`)
  return code
}

await import('./build.mjs')
cpSync(join(ROOT, 'examples', 'bookshop-agent'), project, { recursive: true })
const url = await startServer()
console.log(
  'A bookshop agent in a temporary folder; this morning a colleague changed its persona in the dashboard.',
)

if (process.stdin.isTTY && process.stdout.isTTY) {
  // At a prompt Ctrl-C is a key, no signal: the exit code tells.
  interrupted ||= (await lua(url, 'sync')) === 130
  await lua(url, 'sync', '--check')
} else {
  // Drift, then a pull that resolves it: exit codes 1, 0, 0.
  const codes = []
  for (const mode of ['--check', '--pull', '--check']) codes.push(await lua(url, 'sync', mode))
  if (codes.join() !== '1,0,0') process.exit(1)
}
process.exit(interrupted ? 130 : 0)
