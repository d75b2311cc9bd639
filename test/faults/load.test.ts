/** Heavy texts and long histories through the executable: the answer is right, and says where it is coarse. */

import { expect } from 'chai'
import { startLuaServer } from '../support/lua-server.js'
import { makeProject } from '../support/project.js'
import { runLua } from '../support/run-lua.js'
import { LOADS, type Load } from './support/load.js'
import { tried } from './support/tally.js'

describe('faults: load', function () {
  this.timeout(60_000)

  for (const load of LOADS) {
    it(`--check answers: ${load.label}`, () =>
      tried('load', async () => {
        const { code, stdout, elapsed } = await check(load)
        expect(code).to.equal(load.code)
        if (load.label.includes('another order')) expect(stdout).to.include('shown coarsely')
        else expect(stdout).not.to.include('shown coarsely')
        if (load.label.startsWith('20,000')) {
          expect(stdout.match(/^\+ new /gm)).to.have.length(1000)
          expect(stdout.match(/^- line /gm)).to.have.length(1000)
        }
        return elapsed
      }))
  }
})

async function check({ source, state }: Load) {
  const server = await startLuaServer({ state: state() })
  const project = makeProject({ 'src/index.ts': source })
  try {
    return await runLua(['sync', '--check'], { cwd: project.root, url: server.url })
  } finally {
    project.remove()
    await server.close()
  }
}
