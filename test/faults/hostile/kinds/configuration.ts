/** Settings, and what git would run. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { CONFIG } from '../../../support/project.js'
import type { Kind } from '../spring.js'
import { put } from '../trap.js'

const CONFIGURATION: Kind[] = [
  {
    name: 'a lua.skill.yaml that is a link',
    make: trap => trap.link('lua.skill.yaml', join(trap.home, 'secret.txt')),
  },
  { name: 'a .env that is a link', make: trap => trap.link('.env', join(trap.home, 'secret.txt')) },
  { name: 'a .gitignore that is a link', make: trap => trap.link('.gitignore', join(trap.home, '.bashrc')) },
  {
    name: 'a package.json that is a link',
    make: trap => trap.link('package.json', join(trap.home, 'secret.json')),
  },
  {
    name: 'a package.json of the sources that is a link',
    make: trap => trap.link('src/package.json', join(trap.home, '.ssh/id_rsa')),
  },
  {
    name: 'a tsconfig.json that is a link',
    make: trap => trap.link('tsconfig.json', join(trap.home, 'secret.txt')),
  },
  {
    name: 'a tsconfig.json that extends a secret',
    make: trap => trap.put('tsconfig.json', '{ "extends": "../home/secret.txt" }'),
  },
  ...['../../x', 'a_b/../../c', 'a_%2e%2e', 'x'.repeat(300), '_x', 'a_b?c=d'].map(
    (id): Kind => ({
      name: `the agent id ${id.slice(0, 20)}`,
      make: trap => trap.put('lua.skill.yaml', CONFIG.replace(/agentId: .*/, `agentId: "${id}"`)),
    }),
  ),
  {
    name: 'a bomb of aliases in lua.skill.yaml',
    make: trap => {
      const lines = [...'bcdefghijkl'].map(
        (name, at) => `${name}: &${name} [${`*${'abcdefghijk'[at]},`.repeat(9)}]`,
      )
      trap.put('lua.skill.yaml', `${CONFIG}a: &a [x]\n${lines.join('\n')}\n`)
    },
  },
]

const GIT: Kind[] = [
  {
    name: 'a bare repository with an agent in it',
    make: trap => {
      const bare = join(trap.checkout, 'agents/evil')
      execFileSync('git', ['init', '-q', '--bare', bare])
      const set = (key: string, value: string) =>
        execFileSync('git', ['--git-dir', bare, 'config', key, value])
      set('core.bare', 'false')
      set('core.worktree', '.')
      set('core.fsmonitor', trap.command)
      put(join(bare, 'refs/heads/keep'), '')
      put(join(bare, 'objects/keep'), '')
      put(join(bare, 'lua.skill.yaml'), CONFIG)
      put(
        join(bare, 'src/index.ts'),
        "import { LuaAgent } from 'lua-cli'\nexport default new LuaAgent({ name: 'x', persona: 'y' })\n",
      )
    },
    isPoison: true,
  },
  {
    name: 'attributes with filters, and a configuration that has them',
    make: trap => trap.put('.gitattributes', '* filter=evil diff=evil\n'),
    unpack: trap => {
      for (const key of [
        'core.fsmonitor',
        'core.pager',
        'diff.external',
        'diff.evil.textconv',
        'filter.evil.clean',
        'filter.evil.process',
        'core.sshCommand',
        'gpg.program',
      ]) {
        trap.git('config', key, trap.command)
      }
      trap.git('config', 'core.hooksPath', 'hooks')
      put(join(trap.checkout, 'hooks/post-index-change'), `#!/bin/sh\n${trap.command}\n`)
    },
    isPoison: true,
  },
  {
    name: 'a git of its own',
    make: trap => {
      trap.put('git', `#!/bin/sh\n${trap.command}\n`)
      trap.put('node_modules/.bin/git', `#!/bin/sh\n${trap.command}\n`)
      execFileSync('chmod', ['+x', join(trap.checkout, 'git'), join(trap.checkout, 'node_modules/.bin/git')])
    },
  },
]

export const CONFIGURATION_KINDS: Kind[] = [...CONFIGURATION, ...GIT]
