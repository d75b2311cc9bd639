import { expect } from 'chai'
import { applyPatch, parsePatch } from 'diff'
import { Scene } from '../support/scene.js'

const LINES = Array.from({ length: 14 }, (_, index) => `Line ${index + 1}.`)
const text = (change: Record<number, string> = {}) =>
  LINES.map((line, index) => change[index + 1] ?? line).join('\n')

describe('--dry-run', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open({ persona: text() })
    await scene.agree()
  })
  afterEach(() => scene.close())

  /** Runs it and proves that nothing was written, here or there. */
  async function dry(...args: string[]) {
    const before = [scene.project.bytes(), structuredClone(scene.agent)]
    const run = await scene.lua('sync', ...args, '-n')
    expect([scene.project.bytes(), scene.agent]).to.deep.equal(before)
    const writes = scene.server.requests.filter(({ method }) => method !== 'GET')
    expect(writes).to.deep.equal([])
    return run
  }

  it('of a pull says which version would come where, and how many lines change', async () => {
    scene.colleague(text({ 2: 'Two.', 9: 'Nine.' }))
    const { code, stdout } = await dry('--pull')
    expect(code).to.equal(0)
    expect(stdout).to.match(
      /\nPersona: would take v2 into src\/index\.ts:\d+, 2 of 14 lines\.\nDry run: nothing was written, here or on the server\.\n$/,
    )
    expect(stdout).not.to.include('✅')
  })

  it('of a pull shows with --verbose what the file would be', async () => {
    scene.colleague(text({ 2: 'Two.' }))
    const before = scene.source
    const { stdout } = await dry('--pull', '--verbose')
    expect(stdout).to.include('--- a/src/index.ts\n+++ b/src/index.ts\n@@ ')
    const { dryRun, files, components } = JSON.parse((await dry('--pull', '--verbose', '--json')).stdout)
    expect(dryRun).to.equal(true)
    expect(components[1].outcome.lines).to.deep.equal({ changed: 1, of: 14 })
    expect(files.map(({ file }: { file: string }) => file)).to.deep.equal(['src/index.ts'])
    expect((await scene.lua('sync', '--pull')).code).to.equal(0)
    expect(applyPatch(before, parsePatch(files[0].diff)[0]!)).to.equal(scene.source)
  })

  it('of a push says which version would be created over which, and what production serves', async () => {
    scene.edit({ persona: text({ 3: 'Three.' }) })
    const { code, stdout } = await dry('--push')
    expect(code).to.equal(0)
    expect(stdout).to.include('Persona: would create v2 over v1, not live: production serves v1.')
    const deployed = await dry('--push', '--deploy')
    expect(deployed.stdout).to.include('would create v2 over v1 and deploy it: production serves v1 now.')
    const { components } = JSON.parse((await dry('--push', '--json')).stdout)
    expect(components[1]).to.deep.include({ action: 'push' })
    expect(components[1].outcome).to.include({ version: 2, created: true, serving: 1 })
  })

  it('of a merge that pushes says both', async () => {
    scene.edit({ persona: text({ 3: 'Three.' }) })
    scene.colleague(text({ 9: 'Nine.' }))
    const { code, stdout } = await dry('--merge', '--push')
    expect(code).to.equal(0)
    expect(stdout).to.match(/would merge v2 and your changes into src\/index\.ts:\d+, 1 of 14 lines\./)
    expect(stdout).to.include('would create v3 over v2')
  })

  it('of an undo says what would be put back', async () => {
    scene.colleague(text({ 2: 'Two.' }))
    await scene.lua('sync', '--pull')
    const { code, stdout } = await dry('--undo')
    expect(code).to.equal(0)
    expect(stdout).to.include('Would undo the pull, just now: put back src/index.ts.')
    const document = JSON.parse((await dry('--undo', '--json', '--verbose')).stdout)
    expect(document).to.include({ dryRun: true, status: 'done' })
    expect(document.files[0].diff).to.include('-Two.').and.to.include('+Line 2.')
  })

  it('refuses what the run itself would refuse, with its exit code', async () => {
    scene.edit({ persona: text({ 3: 'Three.' }) })
    const pull = await dry('--pull')
    expect(pull).to.include({ code: 21 })
    expect(pull.stdout).not.to.include('Dry run')
    scene.colleague(text({ 9: 'Nine.' }))
    const push = await dry('--push', '--json')
    expect(push).to.include({ code: 21 })
    expect(JSON.parse(push.stdout)).to.include({ status: 'conflict', dryRun: true })
  })

  it('of every agent of a repository ends each line with what would be, and says how', async () => {
    scene.colleague(text({ 2: 'Two.' }))
    const { code, stdout } = await dry('--pull', '--all')
    expect(code).to.equal(0)
    expect(stdout)
      .to.include(
        '✅ .: persona would be pulled\n   Persona: would take v2 into src/index.ts:5, 1 of 14 lines.\n',
      )
      .and.to.include('Dry run: nothing was written')
    scene.edit({ name: 'Mine' })
    scene.agent.personaVersions.pop()
    expect((await dry('--push', '--all')).stdout).to.include(
      '✅ .: name would be pushed\n   Name: would change the name on the server (now "Test Agent").\n',
    )
  })

  it('is said without a mode to be of no use', async () => {
    const { code, stderr } = await scene.lua('sync', '--dry-run')
    expect(code).to.equal(2)
    expect(stderr).to.include('--pull')
  })
})
