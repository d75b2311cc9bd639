/**
 * The questions of sync on a terminal.
 */

import { LuaError } from '../../lib/errors.js'
import { renderConflict, renderPassage } from '../../lib/report/conflict.js'
import { renderDiff, renderResult, renderWhoMoved, summarize } from '../../lib/report/drift.js'
import type { Look } from '../../lib/report/look.js'
import { takesBack } from '../../lib/report/words.js'
import type { Action, ComponentDrift } from '../../lib/sync/model.js'
import type { Asker, PassageAnswer } from '../../lib/sync/sync.js'
import { ignoringSignals } from '../signals.js'
import { askKey, askList, askYesOrNo } from './ask.js'
import { isLong, printPaged } from './pager.js'

const CHOICE: Record<Action, string> = {
  push: '📤 Push local to server',
  deploy: '🚀 Push and deploy',
  pull: '📥 Pull server to local',
  merge: '🔀 Merge both',
  choose: '🔎 Choose one by one',
  edit: "📝 Edit the server's text",
  skip: '⏭️  Skip',
}

function label(action: Action, drift: ComponentDrift): string {
  const lost = takesBack(action, drift, Date.now())
  return lost ? `${CHOICE[action]} (${lost})` : CHOICE[action]
}

const KEYS: { key: string; words: string; answer: PassageAnswer }[] = [
  { key: 't', words: "[t]ake the server's", answer: 'take' },
  { key: 'k', words: '[k]eep mine', answer: 'keep' },
  { key: 'e', words: '[e]dit', answer: 'edit' },
  { key: 'a', words: 'take [a]ll of the rest', answer: 'take-rest' },
  { key: 'r', words: 'keep all the [r]est', answer: 'keep-rest' },
  { key: 'b', words: '[b]ack', answer: 'back' },
  { key: 'q', words: '[q]uit without changes', answer: 'quit' },
]

const BOTH = [
  { value: 'both', name: 'Both, ours first' },
  { value: 'edit', name: 'Edit' },
] as const

/** Asks on the terminal. A component's diff is shown before its question. */
export function terminalAsker(print: (text: string) => void, look: Look): Asker {
  return {
    async choose(drift, choices, preselected) {
      const diff = await renderDiff(drift, look)
      await printPaged(diff, print)
      print(renderWhoMoved(drift, look))
      if (isLong(diff)) print(`${look.colors.bold(await summarize(drift))}\n`)
      return askList(
        `What would you like to do with ${drift.component}?`,
        choices.map(value => ({ value, name: label(value, drift) })),
        { preselected, atEscape: 'skip' },
      )
    },
    confirm: askYesOrNo,
    async resolve(conflict, which) {
      await printPaged(await renderConflict(conflict, which, look), print)
      const { ours, theirs } = conflict
      const choice = await askList(
        which.whole ? 'Which should stand here?' : 'Which lines should stand here?',
        [
          { value: 'ours', name: 'Ours (local)' },
          { value: 'theirs', name: 'Theirs (server)' },
          ...(which.whole ? [] : BOTH),
          { value: 'skip', name: `Skip: leave the ${which.component} as it is` },
          { value: 'stop', name: 'Stop here' },
        ],
        { atEscape: 'skip' },
      )
      if (choice === 'stop') throw new LuaError('INTERRUPTED', 'Stopped.')
      if (choice !== 'edit') return { ours, theirs, both: [...ours, ...theirs], skip: undefined }[choice]
      const both = [...ours, ...theirs].join('\n')
      const saved = (await edit(both)).replace(/\r?\n$/, '')
      if (saved !== both) return saved.split('\n')
      print('Nothing was changed in the editor, so nothing is decided yet.\n')
      return this.resolve(conflict, which)
    },
    async passage(passage, which) {
      await printPaged(await renderPassage(passage, which, look), print)
      const key = await askKey(`${which.index + 1} of ${which.total}:`, KEYS, 'q')
      return KEYS.find(each => each.key === key)!.answer
    },
    async compare(drift, result) {
      const diff = `\n${await renderResult(drift, result, look)}\n`
      await printPaged(diff, print)
      if (isLong(diff)) print(`${look.colors.bold(await summarize(drift, result))}\n`)
    },
    edit,
  }
}

async function edit(text: string, name?: string): Promise<string> {
  const { editText } = await import('./editor.js')
  return ignoringSignals(async () => editText(text, name))
}
