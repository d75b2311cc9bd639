import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import { findAccess } from '../../../src/lib/project/credentials.js'

const PUBLIC = 'https://api.heylua.ai'
const EVIL = 'https://evil.example'

describe('project/credentials: which key, and where it may go', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lua-keys-'))
    mkdirSync(join(folder, 'home', '.lua-cli'), { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  interface Given {
    variable?: string
    url?: string
    dotEnv?: string
    stored?: string
  }

  function access({ variable, url, dotEnv, stored }: Given) {
    const home = join(folder, 'home')
    if (dotEnv !== undefined) writeFileSync(join(folder, '.env'), dotEnv)
    if (stored !== undefined) writeFileSync(join(home, '.lua-cli', 'credentials'), stored)
    return findAccess(folder, { apiKey: variable, apiUrl: url, allowHttp: false, proxy: {}, home })
  }

  const rows: [what: string, Given, key: string, url: string][] = [
    ['the environment first', { variable: 'e', dotEnv: 'LUA_API_KEY=d', stored: 'c' }, 'e', PUBLIC],
    ["then the project's .env", { dotEnv: 'LUA_API_KEY=d', stored: 'c' }, 'd', PUBLIC],
    ['behind a byte order mark, too', { dotEnv: '\ufeffLUA_API_KEY=d\r\n', stored: 'c' }, 'd', PUBLIC],
    ['then the stored one', { stored: ' c\n' }, 'c', PUBLIC],
    ['an empty variable is none', { variable: ' ', dotEnv: 'LUA_API_KEY=d' }, 'd', PUBLIC],
    ['an empty line is none', { variable: '', dotEnv: 'LUA_API_KEY=', stored: 'c' }, 'c', PUBLIC],
    ['.env names the server for its own key', { dotEnv: `LUA_API_KEY=d\nLUA_API_URL=${EVIL}` }, 'd', EVIL],
    [
      'the environment names it for any',
      { url: 'https://x', dotEnv: `LUA_API_KEY=d\nLUA_API_URL=${EVIL}` },
      'd',
      'https://x',
    ],
    [
      '.env sends no variable anywhere',
      { variable: 'e', dotEnv: `LUA_API_KEY=d\nLUA_API_URL=${EVIL}` },
      'e',
      PUBLIC,
    ],
    ['.env sends no stored key anywhere', { stored: 'c', dotEnv: `LUA_API_URL=${EVIL}` }, 'c', PUBLIC],
    [
      'not for an empty key either',
      { stored: 'c', dotEnv: `LUA_API_KEY=\nLUA_API_URL=${EVIL}` },
      'c',
      PUBLIC,
    ],
    ['quotes, spaces, export and comments', { dotEnv: 'export LUA_API_KEY = "d" # mine\r\n' }, 'd', PUBLIC],
    ['a blank server is none', { dotEnv: 'LUA_API_KEY=d\nLUA_API_URL=" "' }, 'd', PUBLIC],
    ['nor for a quoted blank', { stored: 'c', dotEnv: `LUA_API_KEY=" "\nLUA_API_URL=${EVIL}` }, 'c', PUBLIC],
  ]
  for (const [what, given, apiKey, apiUrl] of rows) {
    it(what, () => expect(access(given)).to.deep.equal({ apiKey, apiUrl }))
  }

  const empty: [what: string, Given, message: RegExp][] = [
    ['nowhere', {}, /^No API key was found\.$/],
    ['a variable', { variable: '' }, /empty in the environment variable LUA_API_KEY\.$/],
    ['a blank variable', { variable: ' \t' }, /empty in the environment variable LUA_API_KEY\.$/],
    ['a line', { dotEnv: 'LUA_API_KEY=""' }, /empty in LUA_API_KEY in the project's \.env\.$/],
    ['a file', { stored: '\n' }, /empty in the file ~\/\.lua-cli\/credentials\.$/],
    [
      'all three',
      { variable: '', dotEnv: 'LUA_API_KEY=', stored: '' },
      /variable .*, and in .*, and in the file/,
    ],
  ]
  for (const [what, given, message] of empty) {
    it(`no key: ${what}, which the error says`, () => {
      expect(() => access(given))
        .to.throw(LuaError, message)
        .that.includes({ code: 'NO_KEY', exitCode: 9 })
    })
  }

  for (const variable of ['a\nb', 'Bearer abc', 'schlüssel']) {
    it(`a key that no header can carry (${JSON.stringify(variable)}) is not passed over`, () => {
      expect(() => access({ variable, stored: 'c' }))
        .to.throw(LuaError, 'no key has')
        .that.includes({ code: 'NO_KEY' })
    })
  }
})
