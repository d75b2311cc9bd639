import { expect } from 'chai'
import { foldPath } from '../../../src/lib/fence.js'
import { nameRefusal } from '../../../src/lib/snapshot/names.js'

const FINE = [
  'src/index.ts',
  'lua.skill.yaml',
  'README',
  'src/[id]/route.ts',
  'src/a b (1).md',
  'src/Ünï/مرحبا.md',
  'src/😀.md',
  'src/git/env.ts',
  'src/credentials.ts',
  'src/keys.ts',
  'src/secret.tsx',
  'src/environment.env.ts',
  'src/monkey',
  '~/x',
  'a'.repeat(255),
]

const REFUSED: [string, RegExp][] = [
  ['', /empty/],
  ['/etc/passwd', /absolute/],
  ['\\\\server\\share', /absolute/],
  ['C:/Windows/x', /absolute/],
  ['c:x', /absolute/],
  ['../x', /upwards/],
  ['src/../../x', /upwards/],
  ['src/..', /upwards/],
  ['..', /upwards/],
  ['.', /empty part/],
  ['src//x', /empty part/],
  ['src/./x', /empty part/],
  ['src/', /empty part/],
  ['src\\..\\..\\x', /characters/],
  ['src/x\0.ts', /characters/],
  ['src/x\n.ts', /characters/],
  ['src/x\u001b[31m.ts', /characters/],
  ['src/x.ts:stream', /characters/],
  ['src/what?.ts', /characters/],
  ['src/\u2025/x', /characters/],
  ['src/\uff0e\uff0e/x', /characters/],
  ['src\uff0f..\uff0fx', /characters/],
  ['.env', /environment/],
  ['.env.local', /environment/],
  ['.ENV', /environment/],
  ['.envrc', /environment/],
  ['packages/a/.env.production', /environment/],
  ['.git/config', /\.git/],
  ['.git', /\.git/],
  ['.GIT/hooks/pre-commit', /\.git/],
  ['sub/.Git/config', /\.git/],
  ['.git /config', /space or a dot/],
  ['.git./config', /space or a dot/],
  ['.git\u200c/config', /invisible/],
  ['.g\u200dit/config', /invisible/],
  ['\ufeff.git/config', /invisible/],
  ['.git\u202e/config', /invisible/],
  ['.\uff47\uff49\uff54/config', /\.git/],
  ['.g\u0131t/config', /\.git/],
  ['GIT~1/config', /short name/],
  ['git~1/config', /short name/],
  ['.git::$INDEX_ALLOCATION/config', /characters/],
  ['.lua/sync.json', /\.lua/],
  ['.Lua/x', /\.lua/],
  ['.lua-cli/credentials', /ours/],
  ['src/.lua-sync-0123456789ab-0.tmp', /ours/],
  ['node_modules/x/index.js', /node_modules/],
  ['packages/a/Node_Modules/x.js', /node_modules/],
  ['node_module\u017f/x.js', /node_modules/],
  ['.ssh/config', /keys/],
  ['cert.pem', /key file/],
  ['certs/SERVER.KEY', /key file/],
  ['id_rsa', /key file/],
  ['id_ed25519.pub', /key file/],
  ['credentials', /key file/],
  ['config/credentials.json', /key file/],
  ['secrets.yaml', /key file/],
  ['.npmrc', /key file/],
  ['.bashrc', /begin with a dot/],
  ['.gitattributes', /begin with a dot/],
  ['.mocharc.js', /begin with a dot/],
  ['.pnp.cjs', /begin with a dot/],
  ['src/.hidden', /begin with a dot/],
  ['.hg/hgrc', /begins with a dot/],
  ['.vscode/tasks.json', /begins with a dot/],
  ['.github/workflows/ci.yml', /begins with a dot/],
  ['src/.x/y.ts', /begins with a dot/],
  ['dist-v2/manifest.json', /lies in dist-v2/],
  ['Dist/index.js', /lies in dist/],
  ['packages/a/coverage/x.js', /lies in coverage/],
  ['package-lock.json', /no project files/],
  ['src/a.test.ts', /no project files/],
  ['src/a.D.TS', /no project files/],
  ['src/a.js.map', /no project files/],
  ['.netrc', /key file/],
  ['service-account-prod.json', /key file/],
  ['store.p12', /key file/],
  ['LUA.SKILL.YAML', /disguise/],
  ['con', /device/],
  ['src/NUL.ts', /device/],
  ['com1/x', /device/],
  ['com\u00b9', /device/],
  ['\ud800', /invisible/],
  ['a'.repeat(256), /too long/],
  ['é'.repeat(128), /too long/],
  [`${'a/'.repeat(1100)}x`, /too long/],
]

describe('nameRefusal', () => {
  it('lets ordinary names pass', () => {
    for (const path of FINE) expect(nameRefusal(path), path).to.equal(undefined)
  })

  for (const [path, reason] of REFUSED) {
    it(`refuses ${JSON.stringify(path).slice(0, 60)}`, () => {
      expect(nameRefusal(path)).to.match(reason)
    })
  }
})

describe('foldPath', () => {
  it('makes one of names that some disk takes for one', () => {
    const names = ['SRC/\u00e9.ts', 'src/e\u0301.TS', 'src/\u00c9.ts']
    expect(new Set(names.map(foldPath)).size).to.equal(1)
  })
})
