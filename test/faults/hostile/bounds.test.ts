/**
 * Sources that never end, double themselves or are nested without end: a check says so in time and within its memory,
 * and never by a bug of ours.
 */

import { expect } from 'chai'
import { makeProject } from '../../support/project.js'
import { runLua } from '../../support/run-lua.js'
import { tried } from '../support/tally.js'

const HEAD = `import { LuaAgent } from 'lua-cli'\n`
const agent = (persona: string, before = '') =>
  `${HEAD}${before}\nexport default new LuaAgent({ name: 'a', persona: ${persona} })\n`
const doubling = (count: number, next: (last: string) => string) => [
  `const c0 = 'pppppppppp'`,
  ...Array.from({ length: count }, (_, index) => `const c${index + 1} = ${next(`c${index}`)}`),
]
const chained = (count: number, next: (last: string) => string) =>
  agent(`c${count}`, doubling(count, next).join('\n'))
const nested = (open: string, inner: string, close: string, depth: number) =>
  open.repeat(depth) + inner + close.repeat(depth)

const SOURCES: Record<string, string> = {
  'a regular expression that never ends': agent(`'${'a'.repeat(60)}!'.replace(/^(a+)+$/, 'x')`),
  'a regular expression that takes the square': agent(`\`${' '.repeat(400_000)}x\`.replace(/\\s+$/, '')`),
  '20,000 operands': agent(Array(20_000).fill(`'a'`).join('+')),
  '50,000 brackets': agent(nested('(', `'a'`, ')', 50_000)),
  '50,000 lists': agent(`'p', x: ${nested('[', '', ']', 50_000)}`),
  '3,000 objects': agent(`(${nested('{a:', `'p'`, '}', 3_000)})${'.a'.repeat(3_000)}`),
  '5,000 questions': agent(`${'true?'.repeat(5_000)}'a'${`:'b'`.repeat(5_000)}`),
  '3,000 templates': agent(nested('`${', `'a'`, '}`', 3_000)),
  '20,000 types': agent(`'p'`, `type T = ${nested('Array<', 'string', '>', 20_000)}`),
  '20,000 casts': agent(`'p'${' as const'.repeat(20_000)}`),
  '5,000 calls': agent(`'p'${'.trim()'.repeat(5_000)}`),
  '500,000 comments on a line': agent(`'p'`, '/*a*/'.repeat(500_000)),
  '20,000 names': chained(20_000, last => last),
  '5,000 classes': `${HEAD}class C0 extends LuaAgent { name = 'a'; persona = 'p' }\n${Array.from(
    { length: 5_000 },
    (_, index) => `class C${index + 1} extends C${index} {}`,
  ).join('\n')}\nexport default new C5000()\n`,
  'a sum that doubles': chained(60, last => `${last} + ${last}`),
  'a template that doubles': chained(60, last => `\`\${${last}}\${${last}}\``),
  'a join that multiplies': chained(30, last => `[${last}, ${last}, ${last}].join(${last})`),
  'a replacement that multiplies': chained(30, last => `${last}.replaceAll('p', 'pppppppppp')`),
  'a list that doubles': agent(
    `c40.join('')`,
    [`const c0 = ['p', 'q']`, ...doubling(40, last => `[...${last}, ...${last}]`).slice(1)].join('\n'),
  ),
  '100,000 imports': agent(
    'a1',
    Array.from({ length: 100_000 }, (_, index) => `import { a${index} } from './m${index}'`).join('\n'),
  ),
  'a text of 30 MB': agent(`\`${'a line of text\n'.repeat(2_000_000)}\``),
  'two million statements': agent(`'p'`, 'a;\n'.repeat(2_000_000)),
  'a million commas': agent(`'p', x: [${'[],'.repeat(1_000_000)}]`),
}

describe('a source that never ends', function () {
  this.timeout(120_000)

  for (const [name, source] of Object.entries(SOURCES)) {
    it(name, () =>
      tried('hostile: bounds', async () => {
        const project = makeProject({ 'src/index.ts': source })
        try {
          const { code, stdout, stderr, elapsed } = await runLua(['sync', '--check'], {
            cwd: project.root,
            url: 'http://127.0.0.1:9',
            env: { NODE_OPTIONS: '--max-old-space-size=460' },
          })
          const said = stdout + stderr
          expect(code, said).to.be.oneOf([0, 2, 20, 21])
          expect(said).not.to.match(/call stack|INTERNAL|heap/)
          expect(elapsed).to.be.below(25_000)
        } finally {
          project.remove()
        }
      }),
    )
  }
})
