import { expect } from 'chai'
import fc from 'fast-check'
import { LuaError } from '../../../src/lib/errors.js'
import { renderJunit } from '../../../src/lib/report/junit.js'
import { driftReport, ROOT, report, result } from './example.js'

describe('report as JUnit', () => {
  it('has a suite for the agent and a case for each component', async () => {
    expect(await renderJunit(driftReport('You help more.'))).to.equal(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="lua sync" tests="2" failures="1" errors="0" skipped="0">',
        '  <testsuite name="agent_1" tests="2" failures="1" errors="0" skipped="0">',
        '    <testcase name="persona" classname="agent_1" file="src/index.ts" line="5">',
        '      <failure message="Persona: server is 1 version ahead (v2, 2 hours ago); your code still has v1." type="behind">--- server/persona',
        '+++ local/persona',
        '@@ -1,1 +1,1 @@',
        '-You help more.',
        '+You help.',
        '</failure>',
        '    </testcase>',
        '    <testcase name="name" classname="agent_1" file="src/index.ts" line="4"/>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    )
  })

  it('counts an unchecked run as skipped, and an error as an error', async () => {
    const failure = new LuaError('SERVER_UNREACHABLE', 'No answer.')
    const unverified = result({ status: 'unverified', components: [], failure })
    const error = new LuaError('NO_KEY', 'No "key" <here> & now\nnor then')
    const xml = await renderJunit(
      report({
        many: true,
        runs: [
          { project: 'a', root: `${ROOT}/a`, result: unverified, exitCode: 0 },
          { project: 'b', root: `${ROOT}/b`, error, exitCode: 9 },
        ],
      }),
    )
    expect(xml).to.include('<testsuites name="lua sync" tests="2" failures="0" errors="1" skipped="1">')
    expect(xml).to.include('<skipped message="The server could not be reached: No answer."/>')
    expect(xml).to.include('message="No &quot;key&quot; &lt;here&gt; &amp; now&#10;nor then"')
  })

  it('is well-formed XML, whatever a text holds', async () => {
    const texts = fc.string({ unit: 'binary', maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(texts, async text => {
        const xml = await renderJunit(driftReport(`<]]>&"' ${text}\ufffe\x00\ud800`))
        // Characters that XML 1.0 allows, and no bare ampersand or angle bracket outside the tags.
        expect(xml).to.match(/^(?:[\t\n\r\x20-\ud7ff\ue000-\ufffd]|[\ud800-\udbff][\udc00-\udfff])*$/)
        const outside = xml.replace(/<[?/]?[a-z]+(?: [a-z]+="[^"<]*")*[?/]?>/g, '')
        expect(outside).not.to.match(/[<>]|&(?!(?:amp|lt|gt|quot|apos|#\d+);)/)
      }),
      { numRuns: 300 },
    )
  })
})
