/** Broken and bent source files through reading and planning: each ends in a value or in a typed error. */

import { expect } from 'chai'
import { LuaError } from '../../src/lib/errors.js'
import { findAgent, planWrite } from '../../src/lib/source/index.js'
import { LAYOUTS, unmarked } from '../lib/source/layouts.js'
import { readAgent, sourcesOf } from '../lib/source/memory.js'
import { generator } from './support/random.js'
import { EXHAUSTIVE, SEED } from './support/sample.js'
import { tried } from './support/tally.js'

const BATCHES = 10
const FILES = EXHAUSTIVE ? 10_000 : 1_500

/** What people, merges and editors leave in files. */
const PIECES = [
  ...[' ', '\n\n', '\t', '/* note */', '// note\n', 'x', '_1', '.', '-', '\\n', '\\u0041'],
  ...[
    "'",
    '"',
    '`',
    '${',
    '}',
    '{',
    '(',
    ')',
    '[',
    ']',
    ',',
    ';',
    ':',
    '...',
    '=>',
    '=',
    '+',
    '\\',
    '/*',
    '//',
  ],
  ...[
    'persona: ',
    'name: ',
    'persona',
    'new LuaAgent(',
    'await ',
    'async ',
    'class ',
    'export default ',
    'import ',
  ],
  ...[
    '<<<<<<< HEAD\n',
    '=======\n',
    '>>>>>>> main\n',
    '\0',
    '\ufeff',
    '\u2028',
    '\ud83d',
    '🙂',
    '\r',
    '\r\n',
    '\n',
    '',
  ],
  ...[
    'as const',
    ' satisfies ',
    '?.',
    '!',
    '.trim()',
    '.join("")',
    'undefined',
    'null',
    '0',
    'PERSONA',
    'this',
    'super',
  ],
]

describe('faults: fuzzed source files', function () {
  this.timeout(300_000)

  for (let batch = 0; batch < BATCHES; batch++) {
    it(`batch ${batch + 1} of ${BATCHES} (SEED=${SEED})`, async () => {
      const random = generator(SEED + batch)
      const ends = { value: 0, error: 0 }
      for (let turn = 0; turn < FILES / BATCHES; turn++) {
        ends[await tried('sources: fuzzed', () => readAndPlan(mutant(random)))] += 1
      }
      // Otherwise the mutations are too wild, or too tame, to test anything.
      expect(ends.value).to.be.above(FILES / BATCHES / 50)
      expect(ends.error).to.be.above(FILES / BATCHES / 50)
    })
  }
})

async function readAndPlan(files: Record<string, string>): Promise<'value' | 'error'> {
  try {
    const sources = sourcesOf(files)
    const agent = findAgent(sources)
    readAgent(sources, agent)
    const change = { name: 'New `${name}`', persona: 'New\n`${persona}` \\' }
    const { edits } = await planWrite(sources, agent, change, { force: true })
    for (const { path, before } of edits) expect(sources.host.readBytes(path)).to.deep.equal(before)
    return 'value'
  } catch (error) {
    const typed = error instanceof LuaError && error.code !== 'INTERNAL' && error.code !== 'PROOF_FAILED'
    if (typed) return 'error'
    throw new Error(`no typed error for ${JSON.stringify(files)}`, { cause: error })
  }
}

/** A layout whose first file is bent in one place or four. */
function mutant(random: () => number): Record<string, string> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const { files } = unmarked(pick(LAYOUTS))
  const path = pick(Object.keys(files))
  let text = files[path]!
  for (let left = random() < 0.6 ? 1 : 4; left > 0; left--) {
    const at = Math.floor(random() * text.length)
    const length = random() < 0.5 ? 0 : Math.floor(random() * 12)
    const piece = random() < 0.2 ? text.slice(at, at + Math.floor(random() * 60)) : pick(PIECES)
    text = text.slice(0, at) + piece + text.slice(at + length)
  }
  return { ...files, [path]: text }
}
