import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { canSeal, formerFolder, seal, unseal } from '../../../src/lib/disk/seal.js'
import { HOME } from '../../support/home.js'
import { type Workspace, workspace } from './workspace.js'

describe('sealed state', () => {
  let here: Workspace
  let there: Workspace

  beforeEach(() => {
    here = workspace()
    there = workspace()
  })
  afterEach(() => {
    for (const { root } of [here, there]) rmSync(root, { recursive: true, force: true })
  })

  const value = { files: ['src/index.ts'], at: 1 }
  const sealed = (w: Workspace = here) => Buffer.from(seal(w.stateDir, 'undo', value))
  const changed = (how: (json: Record<string, unknown>) => void) => {
    const json = JSON.parse(sealed().toString())
    how(json)
    return Buffer.from(JSON.stringify(json))
  }

  it('counts where it was written, as what it was written', () => {
    expect(unseal(here.stateDir, 'undo', sealed())).to.deep.equal(value)
    expect(unseal(here.stateDir, 'journal', sealed())).to.equal(undefined)
    expect(formerFolder(here.stateDir, 'undo', sealed())).to.equal(undefined)
  })

  it('counts for the state of a project wherever in .lua it lies', () => {
    expect(unseal(join(here.stateDir, 'local'), 'undo', sealed())).to.deep.equal(value)
  })

  it('does not count elsewhere, and says where it was written', () => {
    expect(unseal(there.stateDir, 'undo', sealed())).to.equal(undefined)
    expect(formerFolder(there.stateDir, 'undo', sealed())).to.equal(here.root)
  })

  const forgeries: Record<string, (json: Record<string, unknown>) => void> = {
    'another value': json => Object.assign(json, { at: 2 }),
    'one value more': json => Object.assign(json, { more: 1 }),
    'another hash': json => Object.assign(json, { mac: '0'.repeat(64) }),
    'a short hash': json => Object.assign(json, { mac: '0' }),
    'a hash that is no text': json => Object.assign(json, { mac: 1 }),
    'no hash': json => delete json.mac,
    'another folder for it': json => Object.assign(json, { folder: '/etc', at: 2 }),
  }
  for (const [name, how] of Object.entries(forgeries)) {
    it(`does not count with ${name}, here or elsewhere`, () => {
      for (const { stateDir } of [here, there]) {
        expect(unseal(stateDir, 'undo', changed(how))).to.equal(undefined)
        expect(formerFolder(stateDir, 'undo', changed(how))).to.equal(undefined)
      }
    })
  }

  it('does not count if it is torn, empty, or no object', () => {
    for (const text of ['', '{', 'null', '[]', '1', '{"mac":"x"}']) {
      expect(unseal(here.stateDir, 'undo', Buffer.from(text))).to.equal(undefined)
      expect(formerFolder(here.stateDir, 'undo', Buffer.from(text))).to.equal(undefined)
    }
    expect(unseal(here.stateDir, 'undo', undefined)).to.equal(undefined)
  })

  describe('with a home of its own', () => {
    afterEach(() => {
      process.env.HOME = HOME
    })
    const KEY = '.lua-cli/sync-key'
    const at = (home: string) => {
      process.env.HOME = home
    }

    it('has one key, made once, that only its owner reads', () => {
      at(here.root)
      const text = sealed()
      expect(here.text(KEY)).to.match(/^[0-9a-f]{64}\n$/)
      expect(statSync(here.path(KEY)).mode & 0o777).to.equal(0o600)
      expect(statSync(here.path('.lua-cli')).mode & 0o777).to.equal(0o700)
      const key = here.text(KEY)
      at(there.root)
      expect(unseal(here.stateDir, 'undo', text)).to.equal(undefined)
      at(here.root)
      expect(unseal(here.stateDir, 'undo', text)).to.deep.equal(value)
      expect(here.text(KEY)).to.equal(key)
      expect(here.names()).to.deep.equal(['.lua-cli', KEY])
    })

    for (const damaged of ['', 'x', `${'a'.repeat(64)}b`, `b${'A'.repeat(64)}`, `z${'a'.repeat(64)}`]) {
      it(`has no key in a damaged file: ${JSON.stringify(damaged)}`, () => {
        here.put(KEY, damaged)
        at(here.root)
        expect(canSeal()).to.equal(false)
        const text = seal(here.stateDir, 'undo', value)
        expect(JSON.parse(text)).to.deep.equal(value)
        expect(unseal(here.stateDir, 'undo', Buffer.from(text))).to.equal(undefined)
        expect(here.text(KEY)).to.equal(damaged)
      })
    }

    it('has none where there is no home', () => {
      at('')
      expect(canSeal()).to.equal(false)
    })
  })
})
