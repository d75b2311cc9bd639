import { expect } from 'chai'
import fc from 'fast-check'
import { LuaError } from '../../../src/lib/errors.js'
import { renderMarkdown } from '../../../src/lib/report/markdown.js'
import { drifted, driftReport, ROOT, report, result } from './example.js'

describe('report as Markdown', () => {
  it('shows drift with its place and a diff', async () => {
    expect(await renderMarkdown(driftReport('You help more.'))).to.equal(
      [
        '## ⚠️ lua sync --check of `agent_1`',
        '',
        '1 component drifted (persona).',
        '',
        '**persona drifted** in `src/index.ts:5`',
        '',
        'Persona: server is 1 version ahead (v2, 2 hours ago); your code still has v1.',
        '',
        '```diff',
        '--- server/persona',
        '+++ local/persona',
        '@@ -1,1 +1,1 @@',
        '-You help more.',
        '+You help.',
        '```',
        '',
      ].join('\n'),
    )
  })

  it('says that nothing drifted', async () => {
    expect(await renderMarkdown(report())).to.match(/^## ✅ .*\n\nNo drift detected\./)
  })

  it('never lets a text end its fence', async () => {
    const lines = fc.array(fc.stringMatching(/^[ `~\n#<@a]{0,12}$/), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(lines, async texts => {
        const markdown = await renderMarkdown(driftReport(`x\n${texts.join('\n')}`))
        const all = markdown.trimEnd().split('\n')
        const opening = all.findIndex(line => line.endsWith('diff') && line.startsWith('```'))
        const fence = all[opening]!.slice(0, -'diff'.length)
        // CommonMark: a fence ends at the first line of at least as many backticks and nothing else.
        const closing = all.findIndex(
          (line, at) => at > opening && /^ {0,3}(`+)\s*$/.test(line) && line.trim().length >= fence.length,
        )
        expect(closing).to.equal(all.length - 1)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps what an error quotes in a fence', async () => {
    const error = new LuaError('SERVER_REFUSED', 'No ```\n# @everyone <img src=x>')
    const markdown = await renderMarkdown(
      report({ runs: [{ project: '.', root: ROOT, error, exitCode: 10 }] }),
    )
    expect(markdown).to.include('````text\nNo ```\n# @everyone <img src=x>\n````')
  })

  it('spells out control characters', async () => {
    expect(await renderMarkdown(driftReport('a\x1b[2J\u202e'))).to.include('-a\\x1b[2J\\u202e')
  })

  it('quotes a path with backticks so that they end no code', async () => {
    const place = async (name: string) => {
      const found = drifted('You help more.')
      found.local!.location.file = `${ROOT}/${name}`
      const run = { project: '.', root: ROOT, result: result({ components: [found] }), exitCode: 1 as const }
      return /drifted\*\* in (.*)$/m.exec(await renderMarkdown(report({ runs: [run] })))![1]
    }
    expect(await place('a``b.ts')).to.equal('```a``b.ts:5```')
    expect(await place('`a.ts')).to.equal('`` `a.ts:5 ``')
  })

  it('shows a thousand lines of a diff, and says how many more there are', async () => {
    const lines = (word: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${word} ${index}`).join('\n')
    // Three lines of head, and the one line of the code.
    const whole = await renderMarkdown(driftReport(lines('new', 996)))
    expect(whole).to.include('-new 995').and.not.to.include('more line')
    const cut = await renderMarkdown(driftReport(lines('new', 1000)))
    expect(cut).to.include('\n… 4 more lines\n')
  })

  it('stays below what GitHub takes, however many agents there are', async () => {
    const long = Array.from({ length: 900 }, (_, index) => `line ${index} ${'x'.repeat(60)}`).join('\n')
    const found = result({ status: 'drift', components: [drifted(long)] })
    const runs = Array.from({ length: 40 }, (_, index) => ({
      project: `agents/${index}`,
      root: `${ROOT}/agents/${index}`,
      result: found,
      exitCode: 1 as const,
    }))
    const markdown = await renderMarkdown(report({ many: true, runs }))
    expect(Buffer.byteLength(markdown)).to.be.lessThan(1024 * 1024)
    expect(markdown).to.match(/… and \d+ agents more: the report was cut here\.\n$/)
    expect(markdown).to.include('40 of 40 agents to look at.')
  })
})
