import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import { checkedUrl } from '../../../src/lib/server/url.js'

describe('server/url: where the key may go', () => {
  const accepted: [string, string][] = [
    ['https://api.heylua.ai', 'https://api.heylua.ai'],
    ['https://api.heylua.ai/', 'https://api.heylua.ai'],
    ['https://gateway.example/lua/', 'https://gateway.example/lua'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://2130706433', 'http://127.0.0.1'],
    ['http://localhost:1/', 'http://localhost:1'],
    ['http://[::1]:9', 'http://[::1]:9'],
  ]
  for (const [given, url] of accepted) {
    it(`accepts ${given}`, () => expect(checkedUrl(given)).to.equal(url))
  }

  const refused = [
    '',
    'api.heylua.ai',
    'ftp://api.heylua.ai',
    'file:///etc/passwd',
    'http://api.heylua.ai',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'https://user@api.heylua.ai',
    'https://:secret@api.heylua.ai',
    'https://api.heylua.ai?x=1',
    'https://api.heylua.ai#x',
  ]
  for (const url of refused) {
    it(`refuses ${JSON.stringify(url)}`, () => {
      expect(() => checkedUrl(url))
        .to.throw(LuaError)
        .that.includes({ code: 'INSECURE_URL', exitCode: 2 })
    })
  }

  it('takes plain http to elsewhere when that is allowed', () => {
    expect(checkedUrl('http://10.0.0.1:80/', true)).to.equal('http://10.0.0.1')
  })

  it('does not repeat a password that was in the URL', () => {
    expect(() => checkedUrl('https://me:hunter2@api.heylua.ai')).to.throw(/^((?!hunter2).)*$/)
  })
})
