/** Heavy texts and long histories through the executable: the answer is right, and says where it is coarse. */

import { expect } from 'chai'
import { seedSnapshot, startLuaServer } from '../support/lua-server.js'
import { makeProject } from '../support/project.js'
import { runLua } from '../support/run-lua.js'
import { Scene } from '../support/scene.js'
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

  it('--pull restores 2,000 files in four requests for their addresses, and undo takes them away', () =>
    tried('load', async () => {
      const texts = Object.fromEntries(
        Array.from({ length: 2000 }, (_, at) => [`src/${at % 50}/file-${at}.ts`, `export const n = ${at}\n`]),
      )
      const scene = await Scene.open()
      try {
        seedSnapshot(scene.server.state, scene.agent, { 'src/index.ts': scene.source, ...texts })
        const { code, stderr, elapsed } = await scene.spawn('sync', '--pull')
        expect(code, stderr).to.equal(0)
        for (const [path, text] of Object.entries(texts))
          expect(scene.project.read(path), path).to.equal(text)
        const asked = scene.server.requests.filter(({ path }) => path.includes('blob-urls'))
        expect(asked).to.have.length(4)
        expect((await scene.spawn('sync', '--undo')).code).to.equal(0)
        expect(scene.project.bytes()).not.to.have.any.keys(Object.keys(texts))
        return elapsed
      } finally {
        await scene.close()
      }
    }))
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
