import { expect } from 'chai'
import pc from 'picocolors'
import { LuaError } from '../../../src/lib/errors.js'
import type { AgentRun } from '../../../src/lib/report/findings.js'
import { renderAgentLine, renderAllSummary } from '../../../src/lib/report/many.js'
import { driftReport, inSync, NOW, ROOT, report, result } from './example.js'

const look = { colors: pc.createColors(false), now: NOW, root: ROOT }
const failure = new LuaError('SERVER_UNREACHABLE', 'No answer.')

const runs: [AgentRun, string][] = [
  [{ ...report().runs[0]!, project: 'a' }, '✅ a: in sync\n'],
  [
    { ...driftReport('x').runs[0]!, project: 'b' },
    '⚠️  b: Persona: server is 1 version ahead (v2, 2 hours ago); your code still has v1.\n',
  ],
  [
    {
      project: 'c',
      root: ROOT,
      result: result({ status: 'unverified', components: [], failure }),
      exitCode: 0,
    },
    '❔ c: drift was NOT checked. The server could not be reached: No answer.\n',
  ],
  [
    { project: 'd', root: ROOT, error: new LuaError('NO_KEY', 'No key\nat all\x1b[2J'), exitCode: 9 },
    '❌ d: No key\\nat all\\x1b[2J\n',
  ],
  [
    {
      project: 'e',
      root: ROOT,
      result: result({
        status: 'done',
        components: [{ ...inSync(), outcome: { kind: 'pull', component: 'name', written: [], notes: [] } }],
      }),
      exitCode: 0,
    },
    '✅ e: name pulled\n',
  ],
]

describe('many agents as text', () => {
  for (const [run, line] of runs) {
    it(`says on one line: ${line.trim()}`, () => {
      expect(renderAgentLine(run, report({ many: true }), look)).to.equal(line)
    })
  }

  it('sums up', () => {
    const all = report({ many: true, runs: [...runs, runs[0]!].map(([run]) => run) })
    expect(renderAllSummary(all, look)).to.equal(
      '6 agents: 2 in sync, 1 done, 1 drifted, 1 not checked, 1 failed.\n',
    )
    expect(renderAllSummary(report({ many: true, runs: [] }), look)).to.equal('0 agents.\n')
  })
})
