/**
 * Keeps README.md true. Every `console` block below a `<!-- run: SCENARIO -->` line is run, command by command, by a
 * real shell against the embedded server, and its output recorded; the regions between `<!-- NAME -->` and
 * `<!-- /NAME -->` are filled from the code. With `--check` nothing is written, and a difference is an error.
 */

import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createPatch } from 'diff'
import { startLuaServer } from '../test/support/lua-server.js'
import { newState } from '../test/support/lua-server-state.js'
import { API_KEY, seedState } from './bookshop.mjs'
import { errorCodesTable, exitCodesTable } from './readme-tables.js'

const ROOT = dirname(import.meta.dirname)
const README = join(ROOT, 'README.md')

const REGIONS: Record<string, () => string> = {
  'exit-codes': exitCodesTable,
  'error-codes': errorCodesTable,
}

interface Scenario {
  /** Did the colleague publish a version that the code does not have? */
  colleague: boolean
  /** What happens in the code before the commands run. */
  edit?: (source: string) => string
}

const SCENARIOS: Record<string, Scenario> = {
  'in sync': { colleague: false },
  'colleague changed': { colleague: true },
  'you changed': { colleague: false, edit: source => source.replace('never show off', 'never boast') },
  'both changed': { colleague: true, edit: source => source.replace('never show off', 'never boast') },
}

const readme = readFileSync(README, 'utf8')
const recorded = await record(fillRegions(readme))
if (process.argv.includes('--check')) {
  if (recorded !== readme) {
    console.error(createPatch('README.md', readme, recorded, 'as it stands', 'as it runs'))
    console.error('README.md does not say what the program does: npm run docs')
    process.exitCode = 1
  }
} else if (recorded !== readme) writeFileSync(README, recorded)

function fillRegions(text: string): string {
  return text.replace(/(<!-- ([\w-]+) -->\n)[\s\S]*?(<!-- \/\2 -->)/g, (whole, start, name, end) => {
    const fill = REGIONS[name]
    return fill ? `${start}${fill()}\n${end}` : whole
  })
}

async function record(text: string): Promise<string> {
  const block = /(<!-- run: ([\w ]+) -->\n```console\n)([\s\S]*?)(\n```)/g
  const parts: string[] = []
  let at = 0
  for (const match of text.matchAll(block)) {
    const [whole, head, scenario, body, tail] = match as unknown as string[]
    parts.push(text.slice(at, match.index), head!, await runBlock(scenario!, body!), tail!)
    at = match.index + whole!.length
  }
  return [...parts, text.slice(at)].join('')
}

/** The commands of a block with what they print, each run in the same project, one after the other. */
async function runBlock(name: string, body: string): Promise<string> {
  const scenario = SCENARIOS[name]
  if (!scenario) throw new Error(`README.md names a scenario that is not known: ${name}`)
  const folder = mkdtempSync(join(tmpdir(), 'lua-readme-'))
  const project = join(folder, 'bookshop-agent')
  cpSync(join(ROOT, 'examples', 'bookshop-agent'), project, { recursive: true })
  const server = await startLuaServer({ state: newState(seedState(project, { colleague: false })) })
  try {
    const shell = shellFor(folder, project, server.url)
    // What both sides agree on is known from here on, as in any checkout that was synced once.
    await shell('lua sync --check')
    if (scenario.colleague) server.state = newState(seedState(project))
    const source = join(project, 'src', 'index.ts')
    if (scenario.edit) writeFileSync(source, scenario.edit(readFileSync(source, 'utf8')))
    const lines: string[] = []
    for (const command of body.split('\n').filter(line => line.startsWith('$ '))) {
      const output = (await shell(command.slice(2))).trimEnd()
      lines.push(command, ...(output === '' ? [] : output.split('\n')))
    }
    return lines.join('\n')
  } finally {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A shell in the project with `lua` on its path; gives back both streams as one text. */
function shellFor(folder: string, project: string, url: string): (command: string) => Promise<string> {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'lua'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin', 'run.js')}" "$@"\n`,
  )
  chmodSync(join(bin, 'lua'), 0o755)
  mkdirSync(join(project, 'node_modules'))
  symlinkSync(join(ROOT, 'node_modules', 'zod'), join(project, 'node_modules', 'zod'))
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: folder,
    LUA_API_URL: url,
    LUA_API_KEY: API_KEY,
    LANG: 'C.UTF-8',
  }
  return command =>
    new Promise((resolve, reject) => {
      const child = spawn('bash', ['-c', `exec 2>&1; ${command}`], {
        cwd: project,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let output = ''
      child.stdout.setEncoding('utf8').on('data', chunk => {
        output += chunk
      })
      child.on('error', reject)
      child.on('close', () => resolve(stable(output, url)))
    })
}

/** What differs from run to run, as a reader would see it: the server's address, and how long something took. */
function stable(output: string, url: string): string {
  return output.replaceAll(url, 'https://api.heylua.ai').replace(/\b\d+(\.\d+)? ?ms\b/g, '42 ms')
}
