/** Texts that lie where they must not be read from, or written to. */

import { join } from 'node:path'
import type { Kind } from '../spring.js'
import { put, type Trap } from '../trap.js'

/** A persona that lies where it must not be read from, or written to. */
const texts: [name: string, make: (trap: Trap) => void][] = [
  ['imported from .git', trap => trap.persona('text', "import text from '../.git/config?raw'")],
  ['imported from the home folder', trap => trap.persona('text', "import text from '../../home/secret.txt'")],
  [
    'imported raw from the home folder',
    trap => trap.persona('text', "import text from '../../home/.ssh/id_rsa?raw'"),
  ],
  [
    'imported by its whole path',
    trap => trap.persona('text', `import text from '${trap.home}/secret.txt' with { type: 'text' }`),
  ],
  ['imported as JSON', trap => trap.persona('json.text', "import json from '../../home/secret.json'")],
  ['imported as code', trap => trap.persona('text', "import { text } from '../../home/secret'")],
  [
    'read from a file',
    trap =>
      trap.persona(
        "readFileSync(new URL('../../home/secret.txt', import.meta.url), 'utf8')",
        "import { readFileSync } from 'node:fs'",
      ),
  ],
  [
    'read from an encoded path',
    trap =>
      trap.persona(
        "readFileSync(new URL('..%2F..%2Fhome/secret.txt', import.meta.url), 'utf8')",
        "import { readFileSync } from 'node:fs'",
      ),
  ],
  [
    'read from the environment of the process',
    trap =>
      trap.persona("readFileSync('/proc/self/environ', 'utf8')", "import { readFileSync } from 'node:fs'"),
  ],
  ...(['persona.txt', 'persona.md', 'persona.ts', 'persona.json', 'persona'] as const).map(
    (file): [string, (trap: Trap) => void] => [
      `in a link ${file} to the home folder`,
      trap => {
        trap.link(`src/${file}`, join(trap.home, file.endsWith('.ts') ? 'secret.ts' : 'secret.txt'))
        trap.persona('text', `import text from './${file}${/\.(ts|json)$/.test(file) ? '' : '?raw'}'`)
      },
    ],
  ),
  [
    'in a link to the environment of the process',
    trap => {
      trap.link('src/persona.txt', '/proc/self/environ')
      trap.persona('text', "import text from './persona.txt'")
    },
  ],
  [
    'in a link to the configuration of git',
    trap => {
      trap.link('src/persona.txt', '../.git/config')
      trap.persona('text', "import text from './persona.txt'")
    },
  ],
  [
    'behind a link to a folder',
    trap => {
      trap.link('src/texts', join(trap.home, 'folder'))
      trap.persona('text', "import text from './texts/secret.md'")
    },
  ],
  ['in an entry file that is a link', trap => trap.link('src/index.ts', join(trap.home, 'secret.ts'))],
  [
    'behind a path of tsconfig.json',
    trap => {
      trap.put(
        'tsconfig.json',
        '{ "compilerOptions": { "baseUrl": "../home", "paths": { "@/*": ["../home/*"] } } }',
      )
      trap.persona('text', "import text from '@/secret.txt'")
    },
  ],
  [
    'in a package of a workspace that reaches out',
    trap => {
      trap.put('package.json', '{ "name": "a", "workspaces": ["../*", "../../..", "../home"] }')
      put(join(trap.home, 'package.json'), '{ "name": "home", "main": "secret.txt" }')
      trap.persona('text', "import text from 'home/secret.txt'")
    },
  ],
  [
    'in a committed package that is a link',
    trap => {
      trap.link('node_modules/home', trap.home)
      trap.persona('text', "import text from 'home/secret.txt'")
    },
  ],
  [
    'in an environment file',
    trap => {
      trap.put('.env.persona', 'You help.\n')
      trap.persona('text', "import text from '../.env.persona?raw'")
    },
  ],
  [
    'in a hook',
    trap => {
      trap.put('.husky/pre-commit', 'You help.\n')
      trap.persona('text', "import text from '../.husky/pre-commit?raw'")
    },
  ],
  [
    'in an installed package',
    trap => {
      trap.put('node_modules/x/text.txt', 'You help.\n')
      trap.persona('text', "import text from '../node_modules/x/text.txt'")
    },
  ],
]

const TEXTS: Kind[] = texts.map(([name, make]) => ({ name: `a persona ${name}`, make }))

export const TEXT_KINDS = TEXTS
