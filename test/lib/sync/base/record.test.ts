import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { findProject, type Project } from '../../../../src/lib/project/project.js'
import { readRecord, replaceRecord, updateRecord } from '../../../../src/lib/sync/base/record.js'
import { makeProject, type TestProject } from '../../../support/project.js'

const OWNER = { agentId: 'agent', url: 'http://127.0.0.1:1' }
const COMMIT = 'c'.repeat(40)

describe('the record of what both sides agree on', () => {
  let test: TestProject
  let project: Project

  beforeEach(async () => {
    test = makeProject()
    project = await findProject(test.root)
  })
  afterEach(() => test.remove())

  const file = () => join(test.root, '.lua/sync.json')
  const components = () => readRecord(project, OWNER).record.components

  it('keeps what it knows of other components, and what an undo took back', () => {
    updateRecord(project, OWNER, [{ component: 'name', value: 'Ann' }], undefined)
    replaceRecord(project, OWNER, { components: components(), takenBack: { persona: [2] } })
    updateRecord(project, OWNER, [{ component: 'persona', value: 'You help.', version: 3 }], COMMIT)
    const { record } = readRecord(project, OWNER)
    expect(record.components.name)
      .to.include({ text: 'Ann' })
      .and.not.have.any.keys('version', 'code', 'commit')
    expect(record.components.persona).to.include({ text: 'You help.', version: 3, commit: COMMIT })
    expect(record.takenBack).to.deep.equal({ persona: [2] })
  })

  it('replaces what it knows of one: nothing of the former agreement is left', () => {
    const value = { base: 'a' }
    updateRecord(project, OWNER, [{ component: 'persona', value: 'x', version: 1, code: 'y' }], COMMIT)
    updateRecord(project, OWNER, [{ component: 'persona', value }], undefined)
    expect(components().persona).to.have.all.keys('text', 'hash').and.deep.include({ text: value })
  })

  it('is not written where nothing changes', () => {
    const agreed = [{ component: 'name', value: 'Ann' }] as const
    updateRecord(project, OWNER, agreed, COMMIT)
    const { ino, mtimeMs } = statSync(file())
    updateRecord(project, OWNER, agreed, COMMIT)
    updateRecord(project, OWNER, [], undefined)
    expect(statSync(file())).to.include({ ino, mtimeMs })
    updateRecord(project, OWNER, agreed, 'd'.repeat(40))
    expect(components().name).to.include({ commit: 'd'.repeat(40) })
  })

  it('is no file where there is nothing to record', () => {
    updateRecord(project, OWNER, [], COMMIT)
    expect(existsSync(file())).to.equal(false)
    updateRecord(project, OWNER, [{ component: 'name', value: 'Ann' }], COMMIT)
    replaceRecord(project, OWNER, { components: {}, takenBack: {} })
    expect(existsSync(file())).to.equal(false)
  })

  it('belongs to one agent on one server', () => {
    updateRecord(project, OWNER, [{ component: 'name', value: 'Ann' }], COMMIT)
    for (const [owner, says] of [
      [{ ...OWNER, agentId: 'other' }, 'another agent'],
      [{ ...OWNER, url: 'http://127.0.0.1:2' }, 'another server'],
    ] as const) {
      const { record, note } = readRecord(project, owner)
      expect(record.components).to.deep.equal({})
      expect(note).to.include(says)
    }
  })
})
