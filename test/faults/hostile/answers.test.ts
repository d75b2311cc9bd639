/** A server that says more than anybody can read: a check ends in time, within its memory, and prints what can be read. */

import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { newState, seedAgent, startLuaServer } from '../../support/lua-server.js'
import { makeProject } from '../../support/project.js'
import { runLua } from '../../support/run-lua.js'
import { tried } from '../support/tally.js'

const MB = 1024 * 1024
const LINE = 'You are a helpful agent, and this is one of many lines. '
const lines = (length: number) => Array.from({ length: length / 60 }, (_, at) => LINE + at).join('\n')

const ANSWERS: Record<string, { personas: string[]; code: number[] }> = {
  'a persona of 60 MB': { personas: [lines(60 * MB)], code: [11] },
  'a persona of 7 MB': { personas: [lines(7 * MB)], code: [1] },
  'a persona of 7 MB in one line': { personas: [LINE.repeat((7 * MB) / 60)], code: [1] },
  'a persona of 2 million invisible characters': { personas: ['\u200b\u{e0041}'.repeat(700_000)], code: [1] },
  'two thousand versions of 25 KB': {
    personas: Array.from({ length: 2000 }, (_, at) => lines(25_000) + at),
    code: [1],
  },
}

describe('a server that says too much', function () {
  this.timeout(60_000)

  for (const [name, { personas, code }] of Object.entries(ANSWERS)) {
    it(name, () =>
      tried('hostile: answers', async () => {
        const state = newState()
        seedAgent(state, { personas })
        const server = await startLuaServer({ state })
        const project = makeProject()
        let peakMb = 0
        try {
          const run = await runLua(['sync', '--check'], {
            cwd: project.root,
            url: server.url,
            onSpawn: ({ pid }) => {
              const timer = setInterval(() => {
                try {
                  const [, peak] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
                  peakMb = Math.max(peakMb, Number(peak) / 1024)
                } catch {
                  clearInterval(timer)
                }
              }, 20)
            },
          })
          const told = `${run.stdout.slice(0, 2000)}${run.stderr}`
          expect(run.code, told).to.be.oneOf(code)
          expect(run.stdout.length).to.be.below(6 * MB)
          expect(run.elapsed).to.be.below(25_000)
          expect(peakMb).to.be.below(500)
        } finally {
          project.remove()
          await server.close()
        }
      }),
    )
  }
})
