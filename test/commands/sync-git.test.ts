import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { patience } from '../../src/lib/project/git.js'
import type { ComponentResult } from '../../src/lib/sync/model.js'
import { Checkout } from '../support/checkout.js'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  seedAgent,
  seedVersion,
  startLuaServer,
} from '../support/lua-server.js'
import { agentSource, CONFIG } from '../support/project.js'

const V1 = 'You help.\n\nYou are kind.\n\nYou are brief.'
const V2 = V1.replace('brief', 'brief and clear')
const V3 = V2.replace('kind', 'patient')
const OWN = V1.replace('help', 'help a lot')
const V2_OWN = V2.replace('help', 'help a lot')

describe('lua sync in git', () => {
  let server: LuaServer
  let ann: Checkout
  let made: Checkout[]

  beforeEach(async () => {
    server = await startLuaServer({ state: newState() })
    seedAgent(server.state, { name: 'Test Agent', personas: [V1] })
    ann = Checkout.start(server.url, V1)
    made = [ann]
  })
  afterEach(async () => {
    for (const checkout of made) checkout.remove()
    await server.close()
  })

  const dashboard = (persona: string) => {
    const { agents } = server.state
    const newest = Math.max(...agents[DEFAULT_AGENT]!.personaVersions.map(each => Number(each.createdDate)))
    seedVersion(agents[DEFAULT_AGENT]!, { persona, createdDate: newest + 3_600_000 })
  }
  const clone = (...options: string[]) => {
    const checkout = ann.clone(...options)
    made.push(checkout)
    return checkout
  }
  const pullV2 = async () => {
    dashboard(V2)
    await ann.sync({ mode: 'pull' })
    ann.commit('pull')
  }

  /** What happened, and where the persona of the checkout then stands. */
  const days: [title: string, day: () => Promise<Checkout> | Checkout, stands: string][] = [
    [
      'an older branch after a pull on main is behind',
      async () => {
        ann.git('branch', 'old')
        await pullV2()
        ann.git('checkout', '-q', 'old')
        return ann
      },
      'behind v1 git',
    ],
    [
      'an older branch with an edit has diverged',
      async () => {
        ann.git('branch', 'old')
        await pullV2()
        ann.git('checkout', '-q', 'old')
        ann.edit(OWN)
        return ann
      },
      'diverged v1 git',
    ],
    [
      'a colleague’s pull, fetched through git, is known',
      async () => {
        const bob = clone()
        await bob.sync({ mode: 'check' })
        await pullV2()
        bob.git('pull', '-q')
        bob.edit(V2_OWN)
        return bob
      },
      'ahead v2 git',
    ],
    [
      'a deliberate revert is ahead in a fresh clone',
      async () => {
        await pullV2()
        ann.git('revert', '--no-edit', 'HEAD')
        return clone()
      },
      'ahead v2 git',
    ],
    [
      'a pull that was not committed is taken back by a checkout of the file',
      async () => {
        dashboard(V2)
        await ann.sync({ mode: 'pull' })
        ann.git('checkout', '-q', '.')
        return ann
      },
      'behind v1 git',
    ],
    [
      'and by a stash, until that is popped',
      async () => {
        dashboard(V2)
        await ann.sync({ mode: 'pull' })
        ann.git('stash', '-q')
        expect(await ann.stands()).to.equal('behind v1 git')
        ann.git('stash', 'pop', '-q')
        ann.edit(V2_OWN)
        return ann
      },
      'ahead v2 record',
    ],
    [
      'a pull and an edit in one commit are kept by the record',
      async () => {
        dashboard(V2)
        await ann.sync({ mode: 'pull' })
        ann.edit(V2_OWN)
        ann.commit()
        dashboard(V3)
        return ann
      },
      'diverged v2 record',
    ],
    [
      'a pull survives a rebase',
      async () => {
        ann.git('checkout', '-qb', 'work')
        await pullV2()
        ann.git('checkout', '-q', 'main')
        ann.write('README.md', 'Read me.')
        ann.commit()
        ann.git('checkout', '-q', 'work')
        ann.git('rebase', '-q', 'main')
        ann.edit(V2_OWN)
        return ann
      },
      'ahead v2 git',
    ],
    [
      'a merge brings the pull of the other branch',
      async () => {
        ann.git('branch', 'work')
        await pullV2()
        ann.git('checkout', '-q', 'work')
        ann.edit(OWN)
        ann.commit()
        ann.git('merge', '-q', '--no-edit', 'main')
        return ann
      },
      'ahead v2 git',
    ],
    [
      'a merge that went without the pull has seen it all the same',
      async () => {
        ann.git('branch', 'work')
        await pullV2()
        ann.git('checkout', '-q', 'work')
        ann.edit(OWN)
        ann.commit()
        ann.git('merge', '-q', '--no-edit', '-s', 'ours', 'main')
        return clone('-b', 'work')
      },
      'ahead v2 git',
    ],
    [
      'a detached HEAD',
      async () => {
        await pullV2()
        ann.git('checkout', '-q', '--detach', 'HEAD~1')
        return ann
      },
      'behind v1 git',
    ],
    [
      'a worktree of its own',
      async () => {
        ann.git('branch', 'old')
        await pullV2()
        const other = join(ann.top, '..', `${ann.top.split('/').at(-1)}-tree`)
        ann.git('worktree', 'add', '-q', other, 'old')
        const tree = ann.at(other)
        made.push(tree)
        tree.edit(OWN)
        return tree
      },
      'diverged v1 git',
    ],
    [
      'a submodule',
      async () => {
        await pullV2()
        const parent = Checkout.start(server.url, 'Another.')
        made.push(parent)
        parent.git('submodule', 'add', '-q', `file://${ann.top}`, 'agents/one')
        parent.commit()
        const inner = parent.at(join(parent.top, 'agents/one'))
        inner.edit(V2_OWN)
        return inner
      },
      'ahead v2 git',
    ],
    [
      'a persona in a file that was renamed',
      async () => {
        const importing = (path: string) =>
          `import { LuaAgent } from 'lua-cli'\nimport { TEXT } from './${path}'\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: TEXT })\n`
        const constant = (persona: string) => `export const TEXT = ${JSON.stringify(persona)}\n`
        ann.write('src/index.ts', importing('old/persona'))
        ann.write('src/old/persona.ts', constant(V1))
        ann.commit()
        dashboard(V2)
        ann.write('src/old/persona.ts', constant(V2))
        ann.commit()
        ann.write('src/old/persona.ts', constant(V2_OWN))
        ann.commit()
        ann.git('mv', 'src/old/persona.ts', 'src/persona.ts')
        ann.write('src/index.ts', importing('persona'))
        ann.commit()
        return clone()
      },
      'ahead v2 git',
    ],
    [
      'a persona in a text file that was deleted since',
      async () => {
        ann.write('src/persona.txt', V1)
        ann.write(
          'src/index.ts',
          "import { readFileSync } from 'node:fs'\nimport { LuaAgent } from 'lua-cli'\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: readFileSync(new URL('./persona.txt', import.meta.url), 'utf8') })\n",
        )
        ann.commit()
        dashboard(V2)
        ann.write('src/persona.txt', V2)
        ann.commit()
        ann.git('rm', '-q', 'src/persona.txt')
        ann.edit(V2_OWN)
        ann.commit()
        return clone()
      },
      'ahead v2 git',
    ],
    [
      'an entry file that was moved',
      async () => {
        await pullV2()
        ann.git('mv', 'src/index.ts', 'agent.ts')
        ann.write('agent.ts', agentSource({ persona: V2_OWN }))
        ann.commit()
        return clone()
      },
      'ahead v2 git',
    ],
    [
      'a project whose folder was moved',
      async () => {
        await pullV2()
        ann.edit(V2_OWN)
        ann.commit()
        ann.git('mv', 'src', 'lua.skill.yaml', '-k', '.')
        const folder = join('agents', 'one')
        for (const path of ['lua.skill.yaml', 'src/index.ts']) {
          ann.at(ann.top, folder).write(path, ann.read(path))
          ann.git('rm', '-q', path)
        }
        ann.commit('move')
        const bob = clone()
        const moved = bob.at(bob.top, folder)
        made.push(moved)
        return moved
      },
      'ahead v2 git',
    ],
    [
      'a text built of a constant outside the project',
      async () => {
        const folder = 'agents/one'
        const inner = ann.at(ann.top, folder)
        inner.write('lua.skill.yaml', CONFIG)
        inner.write(
          'src/index.ts',
          "import { LuaAgent } from 'lua-cli'\nimport { TEXT } from '../../../shared/text'\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: TEXT })\n",
        )
        ann.write('shared/text.ts', `export const TEXT = ${JSON.stringify(V1)}\n`)
        ann.commit()
        ann.write('shared/text.ts', `export const TEXT = ${JSON.stringify(OWN)}\n`)
        ann.commit()
        return inner
      },
      'ahead v1 git',
    ],
    [
      'a repository without a commit',
      async () => {
        await ann.sync({ mode: 'check' })
        ann.git('checkout', '-q', '--orphan', 'empty')
        ann.git('rm', '-rq', '--cached', '.')
        ann.edit(OWN)
        return ann
      },
      'differs',
    ],
    [
      'a folder that git came to after a pull and an edit',
      async () => {
        rmSync(join(ann.top, '.git'), { recursive: true })
        dashboard(V2)
        await ann.sync({ mode: 'pull' })
        ann.edit(V2_OWN)
        ann.git('init', '-q')
        ann.commit()
        return ann
      },
      'ahead v2 record',
    ],
    [
      'a project that was agreed on before it was in any commit',
      async () => {
        ann.git('rm', '-rq', '--cached', '.')
        ann.git('commit', '-q', '--amend', '--allow-empty', '-m', 'nothing yet')
        await ann.sync({ mode: 'check' })
        ann.edit(OWN)
        ann.commit()
        return ann
      },
      'ahead v1 record',
    ],
    [
      'a file that git does not track',
      async () => {
        ann.git('rm', '-q', '--cached', 'src/index.ts')
        ann.write('.gitignore', 'src\n')
        ann.git('add', '.gitignore', 'lua.skill.yaml')
        ann.git('commit', '-q', '--amend', '-m', 'without sources')
        await ann.sync({ mode: 'check' })
        ann.edit(OWN)
        return ann
      },
      'ahead v1 record',
    ],
  ]
  for (const [title, day, stands] of days) {
    it(`${title}: ${stands}`, async () => {
      const checkout = await day()
      expect(await checkout.stands()).to.equal(stands)
    })
  }

  it('is cut off in a shallow clone, which says what to fetch', async () => {
    ann.edit(OWN)
    ann.commit()
    ann.edit(OWN.replace('brief', 'short'))
    ann.commit()
    const pipeline = clone('--depth', '1')
    const { components, notes } = await pipeline.sync({ mode: 'check' })
    expect(components.find(({ component }) => component === 'persona')).to.include({ state: 'differs' })
    expect(notes.join()).to.match(/cut off.*git fetch --deepen 50.*fetch-depth: 50/)
    pipeline.git('fetch', '-q', '--deepen', '50')
    expect(await pipeline.stands()).to.equal('ahead v1 git')
  })

  it('is told as far as a partial clone has the texts, which says what to fetch', async () => {
    ann.git('config', 'uploadpack.allowFilter', 'true')
    ann.edit(OWN)
    ann.commit()
    dashboard(V2)
    const partial = clone('--filter=blob:none')
    const { notes } = await partial.sync({ mode: 'check' })
    expect(notes.join()).to.include('partial clone').and.include('git fetch --refetch --no-filter')
    const bare = await clone('--filter=tree:0').sync({ mode: 'check' })
    expect(bare.notes, 'without trees git cannot even name the commits').to.deep.equal(notes)
    dashboard(OWN)
    dashboard(OWN.replace('kind', 'patient'))
    partial.edit(OWN.replace('brief', 'short'))
    expect(await partial.stands(), 'HEAD is there').to.equal('diverged v3 git')
    partial.git('checkout', '-q', '.')
    partial.git('fetch', '-q', '--refetch', '--no-filter')
    server.state.agents[DEFAULT_AGENT]!.personaVersions.length = 2
    expect(await partial.stands()).to.equal('diverged v1 git')
  })

  it('says so where git does not tell the history', async () => {
    ann.edit(OWN)
    ann.commit()
    const head = ann.git('rev-parse', 'HEAD').trim()
    ann.git('checkout', '-q', '--detach')
    rmSync(join(ann.top, '.git/objects', head.slice(0, 2), head.slice(2)))
    const { components, notes } = await ann.sync({ mode: 'check' })
    expect(components.find(({ component }) => component === 'persona')).to.include({ state: 'differs' })
    expect(notes.join()).to.include('Git did not tell the history')
  })

  it('says so, too, where git tells of the commits but not what they hold', async () => {
    ann.edit(OWN)
    const blob = ann.git('rev-parse', 'HEAD:src/index.ts').trim()
    rmSync(join(ann.top, '.git/objects', blob.slice(0, 2), blob.slice(2)))
    const { components, notes } = await ann.sync({ mode: 'check', only: ['persona'] })
    expect(components[0]!.state).to.equal('differs')
    expect(notes.join()).to.include('Git did not tell the history')
  })

  it('is not guessed at where git is late: what would take back work is refused, until it is forced', async () => {
    dashboard(V2)
    await ann.sync({ mode: 'pull' })
    ann.edit(OWN)
    const { milliseconds } = patience
    patience.milliseconds = 0
    try {
      const { failure, components } = await ann.sync({ mode: 'push' })
      expect(failure).to.include({ exitCode: 21 })
      expect(failure!.message).to.include('Git did not tell the history in time')
      expect(components.find(({ component }) => component === 'persona')!.state).to.equal('differs')
      expect((await ann.sync({ mode: 'pull' })).failure).to.include({ exitCode: 21 })
      expect(ann.read('src/index.ts')).to.include('help a lot')
      expect((await ann.sync({ mode: 'pull', force: true })).status).to.equal('done')
    } finally {
      patience.milliseconds = milliseconds
    }
  })

  it('is one that a name has, too, which was pulled and changed again before any commit', async () => {
    server.state.agents[DEFAULT_AGENT]!.name = 'Dashboard Name'
    await ann.sync({ mode: 'pull' })
    ann.edit(V1, 'Own Name')
    expect(await ann.stands('name')).to.equal('ahead record')
    const { failure } = await ann.sync({ mode: 'pull' })
    expect(failure?.exitCode).to.equal(21)
    expect(ann.read('src/index.ts')).to.equal(agentSource({ persona: V1, name: 'Own Name' }))
  })

  it('is found where the text has to be computed: what commits made of it is computed, too', async () => {
    const helper = (persona: string) =>
      `const LINES = ${JSON.stringify(persona.split('\n'))}
export function build() { let text = ''; for (const line of LINES) text += line + '\\n'; return text }
`
    const compute = (checkout: Checkout, mode: 'check' | 'pull' | 'push') =>
      checkout.sync({ mode, compute: true, only: ['persona'] })
    const stands = async (checkout: Checkout) => {
      const [{ state, base }] = (await compute(checkout, 'check')).components as [ComponentResult]
      return `${state} v${base?.version} ${base?.from}`
    }
    ann.write('src/index.ts', agentSource().replace('`You help.`', 'build()'))
    ann.write('src/index.ts', `import { build } from './build'\n${ann.read('src/index.ts')}`)
    ann.write('src/build.ts', helper(V1))
    ann.git('add', '.')
    ann.git('commit', '-q', '--amend', '-m', 'start')
    dashboard(V2)
    await compute(ann, 'pull')
    ann.git('checkout', '-q', '.')
    expect(await stands(ann), 'checked out again').to.equal('behind v1 git')
    expect((await compute(ann, 'push')).failure?.exitCode).to.equal(21)
    ann.write('src/build.ts', helper(OWN))
    ann.commit()
    expect(await stands(clone()), 'a fresh clone').to.equal('diverged v1 git')
  })

  it('knows the commit in which the code had the base', async () => {
    const commit = ann.git('rev-parse', 'HEAD').trim()
    ann.edit(OWN)
    ann.commit()
    const { components } = await ann.sync({ mode: 'check' })
    expect(components.find(({ component }) => component === 'persona')!.base).to.include({
      commit,
      version: 1,
    })
  })

  it('looks at the last fifty commits that touched the code', async () => {
    for (let count = 0; count < 49; count++) {
      ann.edit(`Draft ${count}.`)
      ann.commit()
    }
    expect(await ann.stands()).to.equal('ahead v1 git')
    ann.edit('Draft 49.')
    ann.commit()
    expect(await ann.stands()).to.equal('differs')
  })
})
