/** What only the built executable has: readable stack traces, and compiled code that is kept. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { makeProject } from '../support/project.js'
import { cleanEnv, LUA, runLua } from '../support/run-lua.js'

/** Breaks what our code calls, as a bug would. */
const BROKEN = `data:text/javascript,URL.canParse=()=>{throw new TypeError('broken')}`

describe('the executable', () => {
  it('names functions and lines of the source when it meets a bug', async () => {
    const project = makeProject()
    const env = { DEBUG: 'lua*', NODE_OPTIONS: `--import "${BROKEN}"`, LUA_API_KEY: 'k' }
    const run = await runLua(['sync', '--check'], { cwd: project.root, env })
    project.remove()
    expect(run.code).to.equal(70)
    expect(run.stderr).to.match(/at parseUrl \(.*\n.*at checkedUrl \(.*\n.*at createServer \(/)
    const [, file = '', line] = /at checkedUrl \((file:.*):(\d+):\d+\)/.exec(run.stderr) ?? []
    const lines = readFileSync(fileURLToPath(file), 'utf8').split('\n')
    expect(lines[Number(line) - 1]!.trim()).to.equal('const url = parseUrl(text);')
  })

  describe('keeps compiled code where Node can', () => {
    let home: string
    beforeEach(() => {
      home = mkdtempSync(join(tmpdir(), 'lua-home-'))
    })
    afterEach(() => rmSync(home, { recursive: true }))

    /** What a run leaves in its home folder, besides its answer. */
    function leftBy(extra: Record<string, string>, cwd = tmpdir()): string[] {
      const env = cleanEnv({ NODE_DISABLE_COMPILE_CACHE: undefined, ...extra })
      const run = spawnSync(process.execPath, [LUA, '--version'], {
        cwd,
        env: cleanEnv({ NODE_DISABLE_COMPILE_CACHE: undefined, ...env }),
        encoding: 'utf8',
      })
      expect(run).to.include({ status: 0, stderr: '' })
      return readdirSync(home, { recursive: true }) as string[]
    }

    it('in a folder that only the user can enter', function () {
      if (!('enableCompileCache' in module)) return void this.skip()
      expect(leftBy({ HOME: home }).length).to.be.greaterThan(10)
      expect(statSync(join(home, '.cache', 'lua-plugin-sync')).mode & 0o777).to.equal(0o700)
    })
    it('never where a checkout could have put it', () => {
      expect(leftBy({ HOME: '.', XDG_CACHE_HOME: 'cache' }, home)).to.deep.equal([])
    })
    it('nowhere if the user says so, or names a folder', () => {
      expect(leftBy({ HOME: home, NODE_DISABLE_COMPILE_CACHE: '1' })).to.deep.equal([])
      leftBy({ HOME: home, NODE_COMPILE_CACHE: join(home, 'named') })
      expect(readdirSync(home)).not.to.include('.cache')
    })
    it('and does without where that cannot be', () => {
      leftBy({ XDG_CACHE_HOME: '/dev/null/none' })
    })
  })
})
