import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import { jsonText, reportDocument } from '../../../src/lib/report/json.js'
import { checkDocument } from '../../support/schema.js'
import { driftReport, ROOT, report, result } from './example.js'

describe('report as JSON', () => {
  it('keeps texts to itself, unless verbose', async () => {
    const quiet = jsonText(await reportDocument(driftReport('You help more.')))
    expect(quiet).not.to.include('You help')
    const verbose = await reportDocument(driftReport('You help more.'), { verbose: true })
    const document = (await checkDocument('sync', jsonText(verbose))) as {
      components: { component: string; server: object; local: object; diff: string }[]
    }
    const persona = document.components.find(({ component }) => component === 'persona')!
    expect(persona.server).to.include({ text: 'You help more.', version: 2, length: 14 })
    expect(persona.local).to.include({ text: 'You help.' })
    expect(persona.diff).to.include('\n-You help more.\n').and.to.include('\n+You help.\n')
  })

  it('escapes what could steer a terminal or a CI log, and stays the same document', () => {
    const hostile = { text: 'a\x1b[2J\x9b\u202e\u2028##[error]b\ufeff' }
    const text = jsonText(hostile)
    expect(text).not.to.match(/[\x1b\x9b\u202e\u2028\ufeff]|##\[/)
    expect(JSON.parse(text)).to.deep.equal(hostile)
  })

  it('survives times that no calendar holds', async () => {
    const odd = driftReport('x')
    odd.runs[0]!.result!.components[1]!.server.createdAt = 1e20
    expect(JSON.stringify(await reportDocument(odd))).to.include('"createdDate":null')
  })

  it('is the worst of many agents', async () => {
    const good = report().runs[0]!
    const bad = { ...good, result: undefined, error: new LuaError('NO_KEY', 'None.'), exitCode: 9 as const }
    const drift = driftReport('x').runs[0]!
    const done = { ...good, result: result({ status: 'done' }) }
    const status = async (...runs: (typeof good)[]) =>
      ((await reportDocument(report({ many: true, runs, root: ROOT }))) as { status: string }).status
    expect(await status(good, done)).to.equal('done')
    expect(await status(good, drift, done)).to.equal('drift')
    expect(await status(drift, bad, good)).to.equal('error')
    expect(await status()).to.equal('in-sync')
  })
})
