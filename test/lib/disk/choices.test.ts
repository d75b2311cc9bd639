import { rmSync, statSync } from 'node:fs'
import { expect } from 'chai'
import { isChosen, rememberChoice } from '../../../src/lib/disk/index.js'
import { HOME } from '../../support/home.js'
import { type Workspace, workspace } from './workspace.js'

describe('a choice', () => {
  const FILE = 'home/.lua-cli/sync-choices.json'
  let w: Workspace
  beforeEach(() => {
    w = workspace()
    process.env.HOME = w.path('home')
  })
  afterEach(() => {
    process.env.HOME = HOME
    rmSync(w.root, { recursive: true, force: true })
  })
  const kept = () => JSON.parse(w.text(FILE)!)

  it('is remembered once for each folder, where only its owner reads it', () => {
    expect(isChosen('/one', 'compute')).to.equal(false)
    for (const root of ['/one', '/two', '/one']) rememberChoice(root, 'compute')
    expect(kept()).to.deep.equal({ compute: ['/one', '/two'] })
    expect(['/one', '/two', '/on'].map(root => isChosen(root, 'compute'))).to.deep.equal([true, true, false])
    expect(statSync(w.path('home/.lua-cli')).mode & 0o777).to.equal(0o700)
    expect(w.names()).to.deep.equal(['home', 'home/.lua-cli', FILE])
  })

  it('leaves other choices as they are', () => {
    w.put(FILE, '{"another":["/one"]}')
    rememberChoice('/two', 'compute')
    expect(kept()).to.deep.equal({ another: ['/one'], compute: ['/two'] })
  })

  for (const damaged of ['', '{', 'null', '1', '[]', '{"compute":"/one"}', '{"compute":5}']) {
    it(`is none in a file of ${JSON.stringify(damaged)}, and replaces that`, () => {
      w.put(FILE, damaged)
      expect(isChosen('/one', 'compute')).to.equal(false)
      rememberChoice('/one', 'compute')
      expect(kept()).to.deep.equal({ compute: ['/one'] })
    })
  }

  it('is forgotten where nothing can be kept', () => {
    const home = w.put('a-file', '')
    for (const none of [home, '']) {
      process.env.HOME = none
      rememberChoice('/one', 'compute')
      expect(isChosen('/one', 'compute')).to.equal(false)
    }
  })
})
