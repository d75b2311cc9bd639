import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import { renderGithub, withoutCommands } from '../../../src/lib/report/github.js'
import { driftReport, ROOT, report, result } from './example.js'

describe('report as annotations of GitHub Actions', () => {
  it('points at the line of the component that drifted', () => {
    expect(renderGithub(driftReport('You help more.'))).to.equal(
      '::error file=src/index.ts,line=5,title=lua sync%3A persona drifted::' +
        'Persona: server is 1 version ahead (v2, 2 hours ago); your code still has v1.\n',
    )
  })

  it('relates paths to the checkout', () => {
    expect(renderGithub(driftReport('x'), '/work shop')).to.include('file=agent/src/index.ts,')
  })

  it('says nothing where there is nothing to say', () => {
    expect(renderGithub(report())).to.equal('')
  })

  it('escapes what would end a property, a message or a line', () => {
    const error = new LuaError('SYNTAX', '50% of it\r\n::error::pwned', {
      location: { file: `${ROOT}/a,b:c%.ts`, line: 3, column: 1 },
    })
    const text = renderGithub(report({ runs: [{ project: '.', root: ROOT, error, exitCode: 20 }] }))
    expect(text).to.equal(
      '::error file=a%2Cb%3Ac%25.ts,line=3,title=lua sync%3A SYNTAX::50%25 of it\\r%0A::error::pwned\n',
    )
    expect(text.trimEnd().split('\n')).to.have.length(1)
  })

  it('tells each problem of an error at its own place', () => {
    const problem = (line: number) =>
      new LuaError('CONFLICT', `no ${line}`, { location: { file: `${ROOT}/a.ts`, line, column: 1 } })
    const error = new LuaError('CONFLICT', 'All of it.', { problems: [problem(1), problem(2)] })
    const lines = renderGithub(report({ runs: [{ project: '.', root: ROOT, error, exitCode: 21 }] }))
      .trimEnd()
      .split('\n')
    expect(lines).to.have.length(2)
    expect(lines[1]).to.include('line=2').and.to.include('All of it.%0Ano 2')
  })

  it('warns where drift was not checked, and fails where it had to be', () => {
    const failure = new LuaError('SERVER_UNREACHABLE', 'No answer.')
    const unverified = result({ status: 'unverified', components: [], failure })
    const told = (exitCode: 0 | 11) =>
      renderGithub(report({ runs: [{ project: '.', root: ROOT, result: unverified, exitCode }] }))
    expect(told(0)).to.match(/^::warning title=lua sync%3A drift was not checked::.*No answer\.\n$/)
    expect(told(11)).to.match(/^::error /)
  })

  describe('in a log', () => {
    it('breaks up lines that the runner would obey', () => {
      const hostile =
        '  ::error::a\n\t::b\n::add-mask::c\n- ::d\n##[error]e and ##[f]\n\x1b[90m  ::g\x1b[39m\n'
      const lines = withoutCommands(hostile).split('\n')
      for (const line of lines) {
        expect(
          line
            .replace(/\x1b\[\d+m/g, '')
            .trimStart()
            .startsWith('::'),
          line,
        ).to.equal(false)
        expect(line).not.to.include('##[')
      }
      expect(lines).to.have.length(7)
      expect(lines[0]).to.equal('  \\x3a:error::a')
      expect(lines[3]).to.equal('- ::d')
    })

    it('takes no longer for a text of blanks than its length says', () => {
      for (const blank of [' ', '\n', '\t ', '\u00a0']) {
        const text = blank.repeat(200_000)
        expect(withoutCommands(text)).to.equal(text)
      }
    }).timeout(5_000)

    it('leaves every other text as it is', () => {
      const text = '✅ a::b: c\n- d\n  # [x]\n'
      expect(withoutCommands(text)).to.equal(text)
    })
  })
})
