/** A synced thing is one file in `components/` and one line in its list: nobody else knows which ones there are. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { COMPONENT_KEYS, COMPONENTS } from '../../../src/lib/sync/components/index.js'

const LIB = fileURLToPath(new URL('../../../src/lib', import.meta.url))

/** Code alone: comments may speak of a component, and paths of modules are no values. */
function codeOf(file: string): string {
  return readFileSync(join(LIB, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\bfrom '[^']*'|\bimport\('[^']*'\)/g, '')
}

describe('synced components', () => {
  const files = ['sync', 'report', 'disk']
    .flatMap(room =>
      readdirSync(join(LIB, room), { recursive: true, encoding: 'utf8' }).map(name => join(room, name)),
    )
    .filter(name => name.endsWith('.ts') && !name.startsWith(join('sync', 'components')))

  // A name is also what many other things have: only its text tells that the component is meant.
  const named = new RegExp(`['"\`](?:${COMPONENT_KEYS.join('|')})['"\`]|\\b(?:persona|governance)\\b`)
  for (const file of [...files, 'passages.ts']) {
    it(`${file} names none`, () => {
      const lines = codeOf(file).split('\n')
      expect(lines.filter(line => named.test(line))).to.deep.equal([])
    })
  }

  const values: Record<string, [value: unknown, same: unknown, other: unknown]> = {
    name: ['A', 'A', 'B'],
    persona: [{ base: 'a', text: 'b' }, { text: 'b', base: 'a' }, { base: 'a' }],
    model: ['a/b', 'a/b', 'a/c'],
    governance: [
      { mode: 'sdk', rules: [1, 2] },
      { rules: [1, 2], mode: 'sdk' },
      { mode: 'sdk', rules: [2, 1] },
    ],
  }
  for (const { key, is, same, alike, comparable, shown, merge } of COMPONENTS) {
    it(`${key} says what its values are, which are the same, and how they are shown and merged`, async () => {
      const [value, again, other] = values[key] as [never, never, never]
      expect([value, again, other, null, 7].map(each => is(each))).to.deep.equal([
        true,
        true,
        true,
        false,
        false,
      ])
      expect([
        same(value, again),
        alike(value, again),
        same(value, other),
        alike(value, other),
      ]).to.deep.equal([true, true, false, false])
      expect(comparable(value)).to.equal(comparable(again)).and.not.to.equal(comparable(other))
      expect(shown(value)).not.to.deep.equal(shown(other))
      const merged = await merge(value, again, other)
      expect(
        'resolve' in merged &&
          same(
            merged.resolve(() => []),
            other,
          ),
      ).to.equal(true)
    })
  }
})
