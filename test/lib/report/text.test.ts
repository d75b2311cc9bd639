import { expect } from 'chai'
import pc from 'picocolors'
import { LuaError } from '../../../src/lib/errors.js'
import { renderDiffBlock } from '../../../src/lib/report/diff.js'
import { renderError } from '../../../src/lib/report/error.js'
import { renderCosmetic, renderEvent } from '../../../src/lib/report/text.js'
import { renderUndone } from '../../../src/lib/report/undone.js'
import type { Push } from '../../../src/lib/sync/model.js'
import type { Undone } from '../../../src/lib/sync/undo.js'
import { drifted, inSync, NOW, ROOT, result } from './example.js'

const look = { colors: pc.createColors(false), root: ROOT, now: NOW }

describe('report as text', () => {
  describe('of a diff', () => {
    const middle = async (count: number) => {
      const same = Array.from({ length: count }, (_, index) => `same ${index}`)
      const text = (word: string) => [word, ...same, word].join('\n')
      const block = await renderDiffBlock(
        { title: 'PERSONA', server: text('old'), local: text('new') },
        { colors: look.colors },
      )
      return block.split('\n').slice(7, -5)
    }

    it('shows a run of one unchanged line: hiding it would save nothing', async () => {
      expect(await middle(7)).to.deep.equal(Array.from({ length: 7 }, (_, index) => `  same ${index}`))
    })

    it('hides two', async () => {
      const shown = [0, 1, 2, 5, 6, 7].map(index => `  same ${index}`)
      shown.splice(3, 0, '  ... (2 unchanged lines) ...')
      expect(await middle(8)).to.deep.equal(shown)
    })
  })

  describe('of an error', () => {
    it('says its problems, each with its own way on, then what to do', () => {
      const problem = new LuaError('UNRESOLVED', 'No `x`.', { hint: 'Declare it.' })
      const error = new LuaError('COMPILE_FAILED', 'It does not compile.', {
        problems: [problem, new LuaError('UNRESOLVED', 'No `y`.\n❌ not ours')],
        hint: 'Mend it.',
      })
      expect(renderError(error, look.colors)).to.equal(
        '❌ It does not compile.\n\n• No `x`.\n  → Declare it.\n\n• No `y`.\n  ❌ not ours\n\n→ Mend it.\n',
      )
    })

    it('is one line where there is nothing more to say', () => {
      expect(renderError(new LuaError('UNRESOLVED', 'No.'), look.colors)).to.equal('❌ No.\n')
    })
  })

  it('names what differs but is no drift, and nothing else', () => {
    const cosmetic = { ...drifted('You help.\r\n'), state: 'cosmetic' as const, drift: false }
    const said = renderCosmetic(result({ components: [inSync(), cosmetic] }), look)
    expect(said).to.match(/^Persona.*differs only in line endings or white space.*\n$/)
    expect(renderCosmetic(result({ components: [inSync(), drifted('You help more.')] }), look)).to.equal('')
  })

  describe('of a push', () => {
    const pushed = (given: Partial<Push>): Promise<string> => {
      const push: Push = {
        kind: 'push',
        component: 'persona',
        created: true,
        status: 'published',
        deployed: false,
        ...given,
      }
      return renderEvent({ type: 'outcome', drift: drifted('You help more.'), outcome: push }, look, {
        withDiffs: false,
      })
    }
    const created = '✅ Persona pushed: version 3 created.'
    const pushes: [title: string, push: Partial<Push>, says: string][] = [
      ['a new version', { version: 3 }, `${created}\n`],
      [
        'one that is live',
        { version: 3, deployed: true },
        `${created} It is deployed: production uses it now.\n`,
      ],
      [
        'one that supersedes another',
        { version: 3, superseded: { version: 2 } },
        `${created}\n   It supersedes version 2, which stays in the history.\n`,
      ],
      ['the first of all', { version: 3, superseded: {} }, `${created}\n`],
      [
        'a text that is there',
        { version: 2, created: false },
        '✅ Persona version 2 has exactly this text already; none was created.\n',
      ],
      [
        'a draft',
        { version: 3, status: 'draft' },
        `${created}\n⚠️  Version 3 is a draft there: sync and production do not see it until it is deployed.\n   Deploy it with: lua sync --push --deploy\n`,
      ],
      [
        'one while production serves another',
        { version: 3, production: 2 },
        `${created}\n⚠️  Version 3 is published, but not live: production serves version 2.\n   Deploy it with: lua sync --push --deploy\n`,
      ],
      [
        'a name',
        { component: 'name', superseded: { text: 'Old' } },
        '✅ Name pushed. The old name was "Old".\n',
      ],
      ['the first name', { component: 'name' }, '✅ Name pushed. The server had none.\n'],
      [
        'a document',
        { component: 'governance', superseded: { text: '{\n}' } },
        '✅ Governance pushed. It supersedes the former one, which lua sync --undo puts back.\n',
      ],
    ]
    for (const [title, push, says] of pushes) it(title, async () => expect(await pushed(push)).to.equal(says))
  })

  describe('of an undo', () => {
    const undone = (given: Partial<Undone> = {}): string =>
      renderUndone(
        { reason: 'pull', at: NOW - 60_000, files: [], components: [], notes: [], ...given } as Undone,
        look,
      )

    it('says what was put back, and what production serves', () => {
      expect(undone({ files: [`${ROOT}/src/index.ts`] })).to.equal(
        '✅ Undone: the pull, 1 minute ago (put back src/index.ts).\n',
      )
      expect(undone({ components: ['persona'], notes: ['Production keeps its version.'] })).to.include(
        '   Production keeps its version.\n',
      )
      expect(undone({ components: ['persona'], production: 3 })).to.include(
        '   Production serves its former text again (version 3).\n',
      )
      expect(undone({ components: ['name'] })).not.to.include('Production')
      expect(undone()).to.equal('✅ Undone: the pull, 1 minute ago (everything was as before already).\n')
      expect(renderUndone(undefined, look)).to.equal('There is nothing to undo.\n')
    })
  })
})
