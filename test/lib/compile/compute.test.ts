import { expect } from 'chai'
import { computeAgent } from '../../../src/lib/compile/index.js'
import { diskHost, findAgent, Sources } from '../../../src/lib/source/index.js'
import { compileProjectOf } from '../../support/compile-fixture.js'

async function computed(files: Record<string, string>) {
  const copy = await compileProjectOf({ files })
  try {
    const sources = await Sources.open(diskHost(copy.path()))
    const { values, unstable, files: from } = await computeAgent(sources, findAgent(sources))
    return { values, unstable, files: from.map(file => file.slice(copy.path().length + 1)) }
  } finally {
    copy.remove()
  }
}

describe('computing an agent', () => {
  it('runs its code, without what it lists, and says which files that was', async () => {
    const found = await computed({
      'src/index.ts': `import { LuaAgent } from 'lua-cli'
import { rules } from './rules'
import { skill } from './skill'
export const agent = new LuaAgent({ name: ['a', 'b'].reverse().join('-'), persona: rules.map(rule => '- ' + rule).join(), skills: [skill] })`,
      'src/rules.ts': "export const rules = ['one', process.env.TWO ?? 'two']",
      'src/skill.ts': "throw new Error('is not run')\nexport const skill = 1",
    })
    expect(found.values).to.deep.equal({ name: 'b-a', persona: '- one,- two' })
    expect(found.files).to.deep.equal(['src/index.ts', 'src/rules.ts'])
    expect(found.unstable).to.deep.equal([{ field: 'persona', environment: ['TWO'] }])
  })

  it('says at which place it cannot be run', async () => {
    const thrown = await computed({
      'src/index.ts': `import { LuaAgent } from 'lua-cli'\nconst persona = (() => { throw new Error('no') })()\nexport const agent = new LuaAgent({ name: 'a', persona })`,
    }).catch(error => error)
    expect(thrown.code).to.equal('COMPILE_FAILED')
    expect(thrown.problems[0].message).to.contain('no')
    expect(thrown.problems[0].location).to.include({ line: 2 })
  })
})
