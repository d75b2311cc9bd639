import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { commandSnapshot, SNAPSHOT } from './support/command-snapshot.js'

describe('what scripts rely on', () => {
  it('is as in the snapshot: commands, flags, schemas (npm run snapshot renews it)', async () => {
    const frozen = JSON.parse(readFileSync(SNAPSHOT, 'utf8'))
    expect(JSON.parse(JSON.stringify(await commandSnapshot()))).to.deep.equal(frozen)
  })
})
