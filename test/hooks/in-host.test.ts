/**
 * A host CLI that lists this package among its plugins, as it stands here (test/host installs the packed one).
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { newState, seedAgent, seedVersion } from '../support/lua-server.js'
import { cleanEnv, KEY, ROOT } from '../support/run-lua.js'
import { Scene } from '../support/scene.js'
import { type ServerProcess, startServerProcess } from '../support/server-process.js'

const command = (name: string, more = '') => `
import { Command, Flags } from '@oclif/core'
export default class ${name} extends Command {
  static flags = { sync: Flags.boolean(), all: Flags.boolean() }
  ${more}
  async run() { await this.parse(${name}); this.log('done') }
}
`

describe('in a host', () => {
  let host: string
  let scene: Scene
  let server: ServerProcess

  before(async () => {
    const state = newState()
    seedVersion(seedAgent(state, { name: 'Test Agent', personas: ['You help.'] }), {
      persona: 'You help.\nKindly.',
    })
    server = await startServerProcess({ state })
    scene = await Scene.open()
    host = mkdtempSync(join(tmpdir(), 'lua-in-host-'))
    for (const folder of ['commands', 'node_modules', 'empty']) mkdirSync(join(host, folder))
    symlinkSync(join(ROOT, 'node_modules', '@oclif'), join(host, 'node_modules', '@oclif'))
    symlinkSync(ROOT, join(host, 'node_modules', 'lua-plugin-sync'))
    writeFileSync(join(host, 'commands', 'deploy.js'), command('Deploy'))
    writeFileSync(join(host, 'commands', 'clocks.js'), command('Clocks', 'static luaSync = false'))
    const oclif = {
      bin: 'mycli',
      dirname: 'mycli',
      commands: './commands',
      plugins: ['lua-plugin-sync'],
      topicSeparator: ' ',
    }
    const json = {
      name: 'mycli',
      version: '1.0.0',
      type: 'module',
      oclif,
      dependencies: { 'lua-plugin-sync': '*' },
    }
    writeFileSync(join(host, 'package.json'), JSON.stringify(json))
    const run = "import { execute } from '@oclif/core'\nawait execute({ dir: import.meta.url })\n"
    writeFileSync(join(host, 'run.js'), run)
  })
  after(async () => {
    rmSync(host, { recursive: true, force: true })
    await scene.close()
    await server.close()
  })

  function mycli(cwd: string, ...args: string[]) {
    const env = cleanEnv({ LUA_API_URL: server.url, LUA_API_KEY: KEY })
    const run = spawnSync(process.execPath, [join(host, 'run.js'), ...args], { cwd, env, encoding: 'utf8' })
    return { code: run.status, stdout: run.stdout, stderr: run.stderr }
  }

  it('names the commands as the host has them, in text and in JSON', () => {
    const check = mycli(scene.project.root, 'sync', '--check')
    expect(check, check.stderr).to.include({ code: 1 })
    expect(check.stdout).to.include('`mycli sync --pull`').and.not.to.include('lua sync')
    const wrong = mycli(scene.project.root, 'sync', '--chek')
    expect(wrong.stderr).to.include('Did you mean --check? See mycli sync --help.')
    const { error } = JSON.parse(mycli(scene.project.root, 'sync', '--json').stdout)
    expect(error.hint).to.include('mycli sync --check').and.not.to.include('lua sync')
  })

  it('checks before a command of the host that declares --sync', () => {
    const deployed = mycli(scene.project.root, 'deploy', '--sync')
    expect(deployed, deployed.stderr).to.include({ code: 0, stdout: 'done\n' })
    expect(deployed.stderr).to.include('PERSONA DIFF')
  })

  for (const args of [
    ['deploy', '--sync'],
    ['deploy', '--sync', '--all'],
  ]) {
    it(`does nothing and says nothing outside a Lua project: ${args.join(' ')}`, () => {
      expect(mycli(join(host, 'empty'), ...args)).to.deep.equal({ code: 0, stdout: 'done\n', stderr: '' })
    })
  }

  it('leaves a command alone that says its --sync is another', () => {
    expect(mycli(scene.project.root, 'clocks', '--sync')).to.deep.equal({
      code: 0,
      stdout: 'done\n',
      stderr: '',
    })
  })
})
