import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import {
  answerOf,
  checkDone,
  readAgent,
  readBlobUrls,
  readDate,
  readSnapshotManifest,
  readSnapshotMeta,
  readVersionNumber,
  readVersions,
} from '../../../src/lib/server/answers.js'

const info = { method: 'GET', target: '/x', server: 'https://api', secrets: ['the-key'] }

function read<T>(value: unknown, reader: (data: unknown) => T): T {
  const body = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))
  return answerOf(info, body, reader)
}

function expectInvalid(run: () => unknown, words: string): void {
  expect(run).to.throw(LuaError, words).that.includes({ code: 'SERVER_INVALID', exitCode: 11 })
}

describe('server/answers', () => {
  const agent = { id: 'a', name: 'A' }

  it('takes an answer bare or in its envelope', () => {
    expect(read(agent, readAgent)).to.deep.equal(agent)
    expect(read({ success: true, data: agent }, readAgent)).to.deep.equal(agent)
    expect(read({ success: true, ...agent }, readAgent)).to.deep.equal(agent)
  })
  it('takes success: false for a refusal, with what the server says', () => {
    const refusal = { success: false, message: 'no, the-key\u001b', requestId: 'r1' }
    expect(() => read(refusal, readAgent))
      .to.throw(LuaError, 'https://api refused GET /x: no, [key]\\x1b (request r1)')
      .that.includes({ code: 'SERVER_REFUSED' })
  })
  it('knows what is no answer at all', () => {
    expectInvalid(() => read(Buffer.from(''), readAgent), 'is empty')
    expectInvalid(() => read(Buffer.from('<html>\u001b'), readAgent), 'is not JSON: <html>\\x1b')
    expectInvalid(() => read(Buffer.from('{"name":"\xff"}', 'latin1'), readAgent), 'is not valid UTF-8')
  })
  it('keeps only what an agent has', () => {
    const given = { ...agent, model: 'm', governance: { mode: 'sdk' }, extra: 1 }
    expect(read(given, readAgent)).to.deep.equal({ ...agent, model: 'm', governance: { mode: 'sdk' } })
    for (const none of [null, '', ' ', 1])
      expect(read({ ...agent, model: none, governance: none }, readAgent)).to.deep.equal(agent)
  })
  const notAgents = [null, 1, 'x', [], {}, { id: 'a' }, { id: 'a', name: null }, { success: true }]
  for (const value of notAgents) {
    it(`takes ${JSON.stringify(value)} for no agent`, () => {
      expectInvalid(() => read(value, readAgent), 'The answer to GET /x')
    })
  }

  it('reads versions, with numbers and dates in any of their spellings', () => {
    const versions = [
      { version: 3, persona: 'p', createdDate: 5, isCurrent: true, status: 'published', by: 'x' },
      { version: '4', persona: '', createdDate: '2025-01-01T00:00:00.000Z', status: 'Draft' },
    ]
    expect(read({ versions }, data => readVersions(data, false))).to.deep.equal([
      { version: 3, persona: 'p', createdAt: 5, isCurrent: true, status: 'published' },
      { version: 4, persona: undefined, createdAt: 1_735_689_600_000, isCurrent: false, status: 'draft' },
    ])
  })
  const personas: [unknown, unknown, string?][] = [
    ['p', 'p'],
    [
      { voice: 'v', base: '' },
      { voice: 'v', base: '' },
    ],
    [{ base: 'b', voice: null }, { base: 'b' }],
    [{ voice: null }, undefined],
    [{ voice: '' }, undefined],
    [{ base: null, nonsense: null }, undefined],
    ['', undefined],
    [' \n', undefined],
    [null, undefined],
    [{}, undefined],
    [undefined, undefined, 'missing'],
    [42, undefined, 'a number'],
    [['a'], undefined, 'a list'],
    [{ base: 1 }, undefined, 'an object of another shape'],
    [{ base: 'b', extra: 'x' }, undefined, 'an object of another shape'],
    [JSON.parse('{"__proto__":"x"}'), undefined, 'an object of another shape'],
  ]
  for (const [given, persona, unreadable] of personas) {
    it(`reads the persona ${JSON.stringify(given)}`, () => {
      const [version] = read({ versions: [{ version: 1, persona: given }] }, data => readVersions(data, true))
      expect([version!.persona, version!.unreadable]).to.deep.equal([persona, unreadable])
    })
  }
  it('takes the server at its word when only published versions were asked for', () => {
    const versions = [{ version: 1 }, { version: 2, status: 'archived' }, { version: 3, status: 'draft' }]
    const statuses = (filtered: boolean) =>
      read({ versions }, data => readVersions(data, filtered)).map(each => each.status)
    expect(statuses(true)).to.deep.equal(['published', 'published', 'draft'])
    expect(statuses(false)).to.deep.equal([undefined, 'draft', 'draft'])
  })
  const notVersions = [
    [],
    {},
    { versions: {} },
    { versions: [1] },
    { versions: [{}] },
    { versions: [{ version: 1.5 }] },
    { versions: [{ version: '1e3' }] },
    { versions: [{ version: -1 }] },
  ]
  for (const value of notVersions) {
    it(`takes ${JSON.stringify(value)} for no versions`, () => {
      expectInvalid(() => read(value, data => readVersions(data, false)), 'The answer to GET /x')
    })
  }

  it('finds the number of a new version', () => {
    expect([{ version: 7 }, { version: '7' }, 7].map(each => read(each, readVersionNumber))).to.deep.equal([
      7, 7, 7,
    ])
    expectInvalid(() => read({ ok: true }, readVersionNumber), 'does not name the new version')
  })
  it('is unclear when a write was answered in a way that says nothing', () => {
    const read = () => answerOf(info, Buffer.from('<html>'), readVersionNumber, true)
    expect(read).to.throw(LuaError).that.includes({ unclear: true })
    expect(() => checkDone(info, Buffer.from('<html>')))
      .to.throw(LuaError)
      .that.includes({ unclear: true })
    checkDone(info, Buffer.from(''))
    checkDone(info, Buffer.from('[]'))
  })

  const dates: [unknown, number | undefined][] = [
    [0, 0],
    [1_735_689_600_000, 1_735_689_600_000],
    ['1735689600000', 1_735_689_600_000],
    ['2025-01-01', 1_735_689_600_000],
    ['2025-01-01T00:00:00', 1_735_689_600_000],
    ['2025-01-01 00:00:00', 1_735_689_600_000],
    ['2025-01-01T02:00:00+02:00', 1_735_689_600_000],
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    ['yesterday', undefined],
    ['2025-99-99', undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [9e15, undefined],
    ['99999999999999999999', undefined],
    [{}, undefined],
  ]
  for (const [given, date] of dates) {
    it(`reads ${JSON.stringify(given)} as ${date}`, () => expect(readDate(given)).to.equal(date))
  }

  const file = { relativePath: 'a.ts', hash: '0123456789abcdef', size: 3 }
  const meta = { projectHash: 'p', fileCount: 1, createdAt: 1, createdBy: 'me' }

  it('reads snapshots', () => {
    expect(read({ ...meta, activeVersion: '2' }, readSnapshotMeta)).to.deep.equal({
      ...meta,
      activeVersion: 2,
    })
    const manifest = { ...meta, files: [file, { ...file, external: true }] }
    expect(read(manifest, readSnapshotManifest).files).to.deep.equal([
      { ...file, external: false },
      { ...file, external: true },
    ])
  })
  const notFiles = [
    { ...file, hash: 'xyz' },
    { ...file, hash: '../../../../etc/pw' },
    { ...file, relativePath: '' },
    { ...file, relativePath: 1 },
    null,
  ]
  for (const value of notFiles) {
    it(`takes ${JSON.stringify(value)} for no file`, () => {
      expectInvalid(() => read({ ...meta, files: [value] }, readSnapshotManifest), 'holds a file')
    })
  }

  it('takes only the URLs that it asked for', () => {
    const body = Buffer.from('{"urls":{"a":"https://x","b":1,"__proto__":"https://y","c":"https://z"}}')
    const urls = read(body, data => readBlobUrls(data, ['a', 'b', '__proto__', 'toString', 'constructor']))
    expect([...urls]).to.deep.equal([
      ['a', 'https://x'],
      ['__proto__', 'https://y'],
    ])
    expectInvalid(() => read({ urls: [] }, data => readBlobUrls(data, [])), 'is not a list of URLs')
  })
})
