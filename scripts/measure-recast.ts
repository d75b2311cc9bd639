/**
 * What recast does to what it is not asked to change: one item taken from a list or object, or one more put in, on the
 * smallest node that holds it, printed with its comments; beside it our own arrangement. CONTRIBUTING has the numbers.
 */
import { parse as parseBabel, parseExpression } from '@babel/parser'
import type { ArrayExpression, ObjectExpression } from '@babel/types'
import { parse, print, types } from 'recast'
import { range } from '../src/lib/source/names/nodes.js'
import { arrange, type Entry } from '../src/lib/source/write/items.js'
import { splice } from '../src/lib/splice.js'
import { touched } from '../test/lib/source/kept.js'
import { LIST_LAYOUTS } from '../test/lib/source/lists.js'

const { builders } = types
const parser = { parse: (code: string) => parseBabel(code, { sourceType: 'module', tokens: true }) }
type Holder = ArrayExpression | ObjectExpression

/** `{ base: …, voice: …, text: … }` in the layouts of the lists: each item becomes a property. */
function asObject(list: string): string {
  let index = 0
  const key = () => ['base', 'voice', 'text', 'x'][index++ % 4]
  return `{${list.slice(1, -1).replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, value => `${key()}: ${value}`)}}`
}

function byRecast(code: string, change: (items: unknown[], isList: boolean) => void): string {
  const file = parse(`x = ${code}`, { parser })
  const holder = file.program.body[0].expression.right
  change(holder.elements ?? holder.properties, holder.type === 'ArrayExpression')
  return print(file, { quote: 'single', tabWidth: 2 }).code.slice('x = '.length)
}

function byUs(code: string, order: (count: number) => Entry[]): string {
  const node = parseExpression(code) as Holder
  const members = (node.type === 'ArrayExpression' ? node.elements : node.properties) as never[]
  const module = { text: code } as never
  const row = { module, start: 1, end: code.length - 1, items: members.map(range), separator: ',' }
  return splice(code, arrange(row, order(members.length)) ?? [])
}

const counts = { lists: [0, 0, 0, 0], objects: [0, 0, 0, 0] }
for (const [kind, made] of Object.entries(counts) as [keyof typeof counts, number[]][]) {
  for (const { files } of LIST_LAYOUTS) {
    const lists = Object.values(files).flatMap(code => code.match(/(?<=⟦)\[[^⟧]*(?=⟧)/g) ?? [])
    for (const list of lists) {
      if (!list.endsWith(']') || /\.\.\.|`|[A-Z]{2}|'Be '/.test(list)) continue
      const code = kind === 'lists' ? list : asObject(list)
      const isOneLine = !/[\r\n]/.test(code)
      const count = (parseExpression(list) as ArrayExpression).elements.length
      const added = kind === 'lists' ? "'New.'" : "more: 'New.'"
      for (let at = 0; at < count; at++) {
        const literal = builders.stringLiteral('New.')
        const results = [
          [
            byRecast(code, items => items.splice(at, 1)),
            byUs(code, all => [...Array(all).keys()].filter(kept => kept !== at).map(kept => ({ kept }))),
          ],
          [
            byRecast(code, (items, isList) =>
              items.splice(
                at,
                0,
                isList ? literal : builders.objectProperty(builders.identifier('more'), literal),
              ),
            ),
            byUs(code, all =>
              [...Array(all).keys()].map((kept): Entry => ({ kept })).toSpliced(at, 0, { code: added }),
            ),
          ],
        ]
        for (const [recast = '', ours = ''] of results) {
          const bad = (after: string) => Number(touched(code, after, false).length > 0)
          made[isOneLine ? 0 : 2]!++
          made[isOneLine ? 1 : 3]! += bad(recast)
          if (bad(ours)) console.log('ours', code, ours, touched(code, ours, false))
          if (process.argv[2] && bad(recast))
            console.log(code, '\n→', recast, touched(code, recast, false), '\n')
        }
      }
    }
  }
}
for (const [kind, [one, oneBad, many, manyBad]] of Object.entries(counts)) {
  console.log(
    `${kind}: on one line ${oneBad} of ${one} changed more than asked, on several ${manyBad} of ${many}`,
  )
}
