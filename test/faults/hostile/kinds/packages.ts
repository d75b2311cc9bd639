/** Ways out of the workspace by which packages, compilers and package managers resolve names. */

import { execFileSync } from 'node:child_process'
import { rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { Kind } from '../spring.js'
import { CANARY, put, type Trap } from '../trap.js'

const MAP = JSON.stringify({
  version: 3,
  sources: ['a.ts'],
  sourcesContent: [CANARY],
  mappings: 'AAAA;AACA;AACA;AACA;AACA',
})

const used = (trap: Trap, from: string) => trap.persona('text', `import text from '${from}'`)
const out = '../../../home/secret.txt'

const RESOLUTION: [name: string, make: (trap: Trap) => void][] = [
  ...['main', 'module', 'browser', 'exports', 'types'].map((field): [string, (trap: Trap) => void] => [
    `${field} of a package`,
    trap => {
      trap.put('node_modules/x/package.json', JSON.stringify({ name: 'x', [field]: out }))
      used(trap, 'x')
    },
  ]),
  [
    'exports with a pattern',
    trap => {
      trap.put('node_modules/x/package.json', '{ "name": "x", "exports": { "./*": "./../../../home/*" } }')
      used(trap, 'x/secret.txt')
    },
  ],
  [
    'imports of the project',
    trap => {
      trap.put(
        'package.json',
        '{ "name": "a", "imports": { "#p": "../home/secret.txt", "#q/*": "./../home/*" } }',
      )
      trap.persona('p + q', "import p from '#p'", "import q from '#q/secret.json'")
    },
  ],
  [
    'a map of browser',
    trap => {
      trap.put('package.json', '{ "name": "a", "browser": { "./src/p.json": "../home/secret.json" } }')
      trap.put('src/p.json', '{}')
      trap.persona('p.text', "import p from './p.json'")
    },
  ],
  [
    'rootDirs, plugins, and a base of tsconfig.json',
    trap => {
      trap.put('evil.js', `require('child_process').execSync(${JSON.stringify(trap.command)})`)
      trap.put(
        'tsconfig.json',
        JSON.stringify({
          extends: ['../home/secret.json', './evil.js', '/dev/zero'],
          compilerOptions: {
            baseUrl: '/',
            rootDirs: ['..', '../home'],
            plugins: [{ name: './evil.js', transform: './evil.js' }],
            jsxImportSource: '../../home',
            paths: { '*': [join(trap.home, '*')], zod: ['./evil.js'] },
          },
        }),
      )
      trap.persona('text', "import text from 'secret.txt'")
    },
  ],
  [
    'a require with a hole',
    trap => trap.tool('require(`../../home/${n}.json`)', 'declare const require: any'),
  ],
  [
    'an import with a hole',
    trap => trap.tool("await import(`../../home/${n}.ts`), await import('../../home/' + n + '.json')"),
  ],
  [
    'a source map outside',
    trap => {
      put(join(trap.home, 'secret.js.map'), MAP)
      trap.put(
        'src/other.js',
        "export const other = () => {\n  throw new Error('x')\n}\n//# sourceMappingURL=../../home/secret.js.map\n",
      )
      trap.tool('other()', "import { other } from './other.js'")
    },
  ],
  [
    'a source map outside, of a package',
    trap => {
      put(join(trap.home, 'secret.js.map'), MAP)
      trap.put(
        'node_modules/x/index.js',
        `export const other = () => {\n  throw new Error('x')\n}\n//# sourceMappingURL=${join('../../../home/secret.js.map')}\n`,
      )
      trap.put('node_modules/x/package.json', '{ "name": "x", "type": "module", "main": "index.js" }')
      trap.tool('other()', "import { other } from 'x'")
    },
  ],
  [
    'a source map behind a link',
    trap => {
      put(join(trap.home, 'secret.js.map'), MAP)
      trap.link('src/other.js.map', join(trap.home, 'secret.js.map'))
      trap.put(
        'src/other.js',
        "export const other = () => {\n  throw new Error('x')\n}\n//# sourceMappingURL=other.js.map\n",
      )
      trap.tool('other()', "import { other } from './other.js'")
    },
  ],
  [
    'a style sheet',
    trap => {
      trap.put('src/a.css', '@import "../../home/secret.txt"; a { background: url(../../home/secret.txt) }')
      trap.tool('css', "import css from './a.css'")
    },
  ],
  ['a whole address', trap => trap.persona('text', `import text from 'file://${trap.home}/secret.txt'`)],
  [
    'attributes of an import',
    trap =>
      trap.persona(
        'a + b + c',
        "import a from '../../home/secret.txt' with { type: 'bytes' }",
        "import b from '../../home/secret.txt?url'",
        "import c from '../../home/.bashrc' with { type: 'text' }",
      ),
  ],
]

/** What the bundler would read by itself, and never have read. */
const ENDLESS: Kind[] = [
  ...['package.json', 'index.js', 'tsconfig.json', 'text.txt', 'index.js.map'].flatMap(file => [
    {
      name: `${file} of a package that is imported, as a link to /dev/zero`,
      make: (trap: Trap) => {
        packageX(trap)
        trap.link(`node_modules/x/${file}`, '/dev/zero')
      },
    },
    {
      name: `${file} of a package that is imported, as a pipe`,
      make: packageX,
      unpack: (trap: Trap) => {
        rmSync(join(trap.checkout, 'node_modules/x', file), { force: true })
        execFileSync('mkfifo', [join(trap.checkout, 'node_modules/x', file)])
      },
      isPoison: true,
    },
    {
      name: `five gigabytes of ${file} of a package that is imported`,
      make: packageX,
      unpack: (trap: Trap) => {
        put(join(trap.checkout, 'node_modules/x', file), '')
        truncateSync(join(trap.checkout, 'node_modules/x', file), 5 * 1024 ** 3)
      },
      isPoison: true,
    },
  ]),
]

function packageX(trap: Trap): void {
  trap.put('node_modules/x/package.json', '{ "name": "x", "main": "index.js" }')
  trap.put('node_modules/x/index.js', "exports.x = () => 'x'\n//# sourceMappingURL=index.js.map\n")
  trap.put('node_modules/x/index.js.map', MAP.replace(CANARY, 'x'))
  trap.put('node_modules/x/text.txt', 'x')
  trap.tool('x(), text', "import { x } from 'x'", "import text from 'x/text.txt'")
}

const RUNS: Kind[] = [
  {
    name: 'what package managers, Node and oclif run by themselves',
    env: trap => ({ PATH: `.:node_modules/.bin:${join(trap.checkout, 'bin')}:${process.env.PATH}` }),
    make: trap => {
      const script = `#!/bin/sh\n${trap.command}\n`
      const js = `require('child_process').execSync(${JSON.stringify(trap.command)})\n`
      for (const name of ['git', 'node', 'esbuild', 'less', 'npm', 'sh']) {
        for (const folder of ['', 'bin/', 'node_modules/.bin/', 'src/']) trap.put(`${folder}${name}`, script)
      }
      execFileSync('chmod', ['-R', '+x', trap.checkout])
      trap.put('.npmrc', `script-shell=./sh\nnode-options=--require ./evil.cjs\n`)
      trap.put('.node-version', '20; touch x\n')
      trap.put('.nvmrc', '$(touch x)\n')
      for (const name of [
        'evil.cjs',
        '.pnp.cjs',
        '.pnp.loader.mjs',
        '.mocharc.js',
        'babel.config.js',
        '.babelrc.js',
      ])
        trap.put(name, js)
      for (const name of ['esbuild', 'lua-cli', '@oclif/core', 'yaml', 'got', '@babel/parser', 'recast']) {
        trap.put(
          `node_modules/${name}/package.json`,
          JSON.stringify({ name, version: '99.0.0', main: 'index.js' }),
        )
        trap.put(`node_modules/${name}/index.js`, js)
      }
      trap.put(
        'package.json',
        JSON.stringify({
          name: 'lua-plugin-sync',
          bin: { lua: './evil.cjs' },
          scripts: { preinstall: trap.command, postinstall: trap.command, precompile: trap.command },
          oclif: {
            bin: 'lua',
            commands: './evil',
            hooks: { init: './evil.cjs', prerun: './evil.cjs' },
            plugins: ['./'],
          },
          pnpm: { allowBuild: ['*'] },
        }),
      )
      trap.put(
        '.env',
        `NODE_OPTIONS=--require ./evil.cjs\nGIT_SSH_COMMAND=${trap.command}\nGIT_EXTERNAL_DIFF=${trap.command}\nGIT_CONFIG_COUNT=1\nGIT_CONFIG_KEY_0=core.fsmonitor\nGIT_CONFIG_VALUE_0=${trap.command}\nPATH=.\nEDITOR=${trap.command}\nPAGER=${trap.command}\nESBUILD_BINARY_PATH=./esbuild\nHTTPS_PROXY=http://127.0.0.1:9\nHTTP_PROXY=http://127.0.0.1:9\nLUA_API_URL=http://127.0.0.1:9\n`,
      )
    },
    // Whoever puts the checkout on the path runs its programs.
    isPoison: true,
  },
  {
    name: 'a git directory that reaches for commands and other repositories',
    isPoison: true,
    make: trap =>
      trap.put(
        '.gitmodules',
        `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c ${trap.command}\n\tupdate = !${trap.command}\n`,
      ),
    unpack: trap => {
      const config = [
        '[core]\n\trepositoryformatversion = 1\n\tbare = false\n\tgitProxy = evil\n\teditor = evil\n',
        '[extensions]\n\tpartialClone = origin\n',
        `[remote "origin"]\n\turl = ext::sh -c "${trap.command}"\n\tpromisor = true\n\tuploadpack = ${trap.command}\n`,
        `[include]\n\tpath = ${join(trap.home, 'secret.txt')}\n`,
        `[alias]\n\tlog = !${trap.command}\n\tls-files = !${trap.command}\n`,
        `[uploadpack]\n\tpackObjectsHook = ${trap.command}\n[interactive]\n\tdiffFilter = ${trap.command}\n`,
        `[trace2]\n\teventTarget = ${join(trap.home, 'trace')}\n\tnormalTarget = ${join(trap.home, 'trace')}\n\tperfTarget = ${join(trap.home, 'trace')}\n`,
        `[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ${trap.command}\n[gpg "ssh"]\n\tprogram = ${trap.command}\n\tallowedSignersFile = /dev/zero\n`,
        `[maintenance]\n\tauto = true\n[gc]\n\tauto = 1\n\tautoDetach = true\n`,
      ]
      put(join(trap.checkout, '.git/config'), config.join(''))
      put(join(trap.checkout, '.git/objects/info/alternates'), `${join(trap.home, 'objects')}\n/dev/zero\n`)
      put(join(trap.checkout, '.git/info/attributes'), '* filter=evil diff=evil merge=evil\n')
      put(join(trap.checkout, '.git/info/exclude'), '*\n')
    },
  },
  {
    name: 'a configuration of git that includes itself, or never ends',
    isPoison: true,
    make: () => {},
    unpack: trap => {
      put(
        join(trap.checkout, '.git/config'),
        '[core]\n\tbare = false\n[include]\n\tpath = /dev/zero\n\tpath = config\n',
      )
    },
  },
]

export const PACKAGE_KINDS: Kind[] = [
  ...RESOLUTION.map(([name, make]): Kind => ({ name: `a way out: ${name}`, make })),
  ...ENDLESS,
  ...RUNS,
]
