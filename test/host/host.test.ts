/**
 * The package as its users get it: packed, installed with production dependencies into host CLIs, and run there.
 * Installing needs the npm registry, or the cache that `npm ci` has filled.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { DEFAULT_AGENT, newState, seedAgent, seedVersion } from '../support/lua-server.js'
import { makeProject, type TestProject } from '../support/project.js'
import { cleanEnv, KEY, ROOT } from '../support/run-lua.js'
import { type ServerProcess, startServerProcess } from '../support/server-process.js'

const HOST_COMMAND = `
import { Command, Flags } from '@oclif/core'
export default class Deploy extends Command {
  static flags = { sync: Flags.boolean(), 'fail-on-drift': Flags.boolean() }
  async run() {
    await this.parse(Deploy)
    this.log('deployed')
  }
}
`
const RUN = `#!/usr/bin/env node
import { execute } from '@oclif/core'
await execute({ dir: import.meta.url })
`

describe('in a host CLI', function () {
  this.timeout(300_000)
  let folder: string
  let tarball: string
  let server: ServerProcess
  let project: TestProject

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lua-host-'))
    const packed = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT)
    tarball = join(folder, JSON.parse(packed)[0].filename)
    const state = newState()
    const agent = seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
    seedVersion(agent, { persona: 'You help.\nKindly.' })
    server = await startServerProcess({ state })
    project = makeProject()
  })
  after(async () => {
    project.remove()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function npm(args: string[], cwd: string): string {
    const env = { ...process.env, npm_config_prefer_offline: 'true', npm_config_loglevel: 'error' }
    return execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** A minimal oclif CLI with these plugins installed beside it, and a command of its own that declares `--sync`. */
  function makeHost(name: string, plugins: string[], dependencies: Record<string, string>): string {
    const host = join(folder, name)
    mkdirSync(join(host, 'commands'), { recursive: true })
    mkdirSync(join(host, 'bin'))
    writeFileSync(join(host, 'commands', 'deploy.js'), HOST_COMMAND)
    writeFileSync(join(host, 'bin', 'run.js'), RUN)
    const oclif = { bin: 'mycli', dirname: 'mycli', commands: './commands', plugins, topicSeparator: ' ' }
    const json = { name: 'mycli', version: '1.0.0', type: 'module', private: true, oclif, dependencies }
    writeFileSync(join(host, 'package.json'), JSON.stringify(json))
    npm(['install', '--omit=dev', '--no-audit', '--no-fund'], host)
    return host
  }

  /** Runs `mycli …` in the project and gives its exit code and both streams. */
  function mycli(host: string, ...args: string[]) {
    const env = cleanEnv({
      LUA_API_URL: server.url,
      LUA_API_KEY: KEY,
      HOME: folder,
      npm_config_prefer_offline: 'true',
      MYCLI_DATA_DIR: join(host, 'data'),
    })
    const run = spawnSync(nodeOf(host), [join(host, 'bin', 'run.js'), ...args], {
      cwd: project.root,
      env,
      encoding: 'utf8',
    })
    return { code: run.status, stdout: run.stdout, stderr: run.stderr }
  }

  /** The Node that the host brings along, or else ours. */
  function nodeOf(host: string): string {
    const own = join(host, 'node_modules', 'node', 'bin', 'node')
    return existsSync(own) ? own : process.execPath
  }

  const core = () => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies['@oclif/core']

  function servesEverything(host: string): void {
    const check = mycli(host, 'sync', '--check')
    expect(check, check.stderr).to.include({ code: 1 })
    expect(check.stdout).to.include('PERSONA DIFF').and.to.include('- Kindly.')
    const compiled = mycli(host, 'compile', '--sync')
    expect(compiled, compiled.stderr).to.include({ code: 0 })
    expect(compiled.stderr).to.include('PERSONA DIFF')
    const deployed = mycli(host, 'deploy', '--sync')
    expect(deployed, deployed.stderr).to.include({ code: 0, stdout: 'deployed\n' })
    expect(deployed.stderr).to.include('PERSONA DIFF')
    expect(mycli(host, 'deploy').stderr).to.equal('')
    expect(mycli(host, 'deploy', '--sync', '--fail-on-drift')).to.include({ code: 1, stdout: '' })
    const help = mycli(host, 'sync', '--help')
    expect(help.stdout)
      .to.include('mycli sync --check')
      .and.to.include('EXIT CODES')
      .and.to.include('MODE FLAGS')
  }

  it('holds only what runs, in less than 300 KB', () => {
    expect(statSync(tarball).size).to.be.below(300 * 1024)
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
    const strange = files.filter(
      file =>
        !/^package\/(bin\/run\.js|dist\/.*\.(c?js|d\.c?ts|txt)|schemas\/.*\.json|[\w.]+\.(json|md)|docs\/diff\.svg|LICENSE)$/.test(
          file,
        ),
    )
    expect(strange).to.deep.equal([])
  })

  it('serves a host that lists it among its plugins, with few and small dependencies', () => {
    const host = makeHost('listed', ['lua-plugin-sync', '@oclif/plugin-autocomplete'], {
      '@oclif/core': core(),
      '@oclif/plugin-autocomplete': '^3',
      'lua-plugin-sync': `file:${tarball}`,
    })
    servesEverything(host)
    const cache = mycli(host, 'autocomplete', 'bash', '--refresh-cache')
    expect(cache, cache.stderr).to.include({ code: 0 })
    expect(mycli(host, 'autocomplete:script', 'bash').code).to.equal(0)
  })

  it('serves a host of the next oclif, on the Node that it needs', () => {
    const host = makeHost('next', ['lua-plugin-sync'], {
      '@oclif/core': '^5',
      node: '24',
      'lua-plugin-sync': `file:${tarball}`,
    })
    const version = (folder: string) =>
      JSON.parse(readFileSync(join(host, 'node_modules', folder, 'package.json'), 'utf8')).version
    expect(version('@oclif/core')).to.match(/^5\./)
    servesEverything(host)
    expect(mycli(host, '--version').stdout).to.include('node-v24.')
    const hinted = mycli(host, 'sync', '--pull', '--push')
    expect(hinted, hinted.stdout).to.include({ code: 2, stdout: '' })
    expect(hinted.stderr).to.match(/❌ .*--pull.+\n→ .*mycli sync --help/)
    expect(mycli(host, '--help').stdout)
      .to.match(/compile +\S+/)
      .and.to.match(/sync +\S+/)
  })

  it('stands beside another CLI that owns `lua`, in the two ways of the README', () => {
    const prefix = join(folder, 'prefix')
    const stub = join(folder, 'vendor-cli')
    mkdirSync(stub, { recursive: true })
    mkdirSync(prefix)
    writeFileSync(join(stub, 'cli.js'), "#!/usr/bin/env node\nconsole.log('the vendor')\n")
    writeFileSync(
      join(stub, 'package.json'),
      '{ "name": "vendor-cli", "version": "1.0.0", "bin": { "lua": "cli.js" } }',
    )
    npm(['pack', '--pack-destination', folder], stub)
    const global = (where: string, what: string) =>
      npm(['install', '--global', '--prefix', where, what], folder)
    global(prefix, join(folder, 'vendor-cli-1.0.0.tgz'))
    expect(() => global(prefix, tarball)).to.throw('EEXIST')
    const run = (command: string, ...args: string[]) =>
      spawnSync(command, args, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${prefix}/bin:${process.env.PATH}`, npm_config_prefer_offline: 'true' },
      }).stdout
    expect(run('lua')).to.equal('the vendor\n')
    expect(run('npx', '--yes', `file:${tarball}`, '--version')).to.match(/^lua-plugin-sync\//)
    const own = join(folder, 'own')
    global(own, tarball)
    expect(run(join(own, 'bin', 'lua'), '--version')).to.match(/^lua-plugin-sync\//)
    expect(run('lua')).to.equal('the vendor\n')
  })

  it('gives a host in TypeScript its types, whatever kind of modules it has', () => {
    const typed = join(folder, 'typed')
    const home = join(typed, 'node_modules', 'lua-plugin-sync')
    mkdirSync(home, { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '-C', home, '--strip-components', '1'])
    const source = `
      import type { CompileDocument, ManyDocument, SyncDocument, SyncedCommand } from 'lua-plugin-sync'
      export const command: SyncedCommand = { flags: { sync: { type: 'boolean' } }, luaSync: false }
      export const drifted = ({ components }: SyncDocument) => components.filter(({ state }) => state === 'behind')
      export const built = ({ agents }: ManyDocument<CompileDocument>) =>
        agents.map(agent => ('error' in agent ? agent.error.message : agent.primitives.length))
    `
    for (const [name, resolution, module] of [
      ['host.mts', 'node16', 'node16'],
      ['host.cts', 'node16', 'node16'],
      ['host.ts', 'bundler', 'esnext'],
      ['other.cts', 'nodenext', 'nodenext'],
    ] as const) {
      writeFileSync(join(typed, name), source)
      const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--types', '', '--target', 'es2022']
      const args = [...options, '--moduleResolution', resolution, '--module', module, name]
      const tsc = spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), args, { cwd: typed, encoding: 'utf8' })
      expect(tsc.stdout, name).to.equal('')
      expect(tsc.status).to.equal(0)
    }
    writeFileSync(join(typed, 'wrong.mts'), source.replace("'behind'", "'late'"))
    const wrong = ['--noEmit', '--strict', '--types', '', '--module', 'node16', 'wrong.mts']
    expect(spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), wrong, { cwd: typed }).status).not.to.equal(0)
  })

  it('installs with less than 40 MB and 120 packages', () => {
    const alone = join(folder, 'alone')
    mkdirSync(alone)
    writeFileSync(
      join(alone, 'package.json'),
      JSON.stringify({ private: true, dependencies: { 'lua-plugin-sync': `file:${tarball}` } }),
    )
    npm(['install', '--omit=dev', '--no-audit', '--no-fund'], alone)
    const lock = JSON.parse(readFileSync(join(alone, 'node_modules', '.package-lock.json'), 'utf8'))
    expect(Object.keys(lock.packages).length).to.be.below(120)
    expect(bytesBelow(join(alone, 'node_modules'))).to.be.below(40 * 1024 * 1024)
    const version = spawnSync(join(alone, 'node_modules', '.bin', 'lua'), ['--version'], { encoding: 'utf8' })
    expect(version.stdout).to.match(/^lua-plugin-sync\/\d+\.\d+\.\d+ \S+ node-v/)
  })

  it('is installed by `plugins install`', () => {
    const host = makeHost('installing', ['@oclif/plugin-plugins'], {
      '@oclif/core': core(),
      '@oclif/plugin-plugins': '^5',
    })
    const installed = mycli(host, 'plugins', 'install', `file:${tarball}`)
    expect(installed, installed.stderr).to.include({ code: 0 })
    servesEverything(host)
  })

  it('leaves the server as it was', async () => {
    const { personaVersions } = (await server.state()).agents[DEFAULT_AGENT]!
    expect(personaVersions).to.have.length(2)
  })
})

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
