/**
 * The questions of sync on a terminal.
 */

import { renderConflict } from '../../lib/report/conflict.js'
import { takesBack } from '../../lib/report/words.js'
import type { Action, ComponentDrift } from '../../lib/sync/model.js'
import type { Asker } from '../../lib/sync/sync.js'
import { ignoringSignals } from '../signals.js'
import { colors } from '../terminal.js'
import { askList, askYesOrNo } from './ask.js'

const CHOICE: Record<Action, string> = {
  push: '📤 Push local to server',
  deploy: '🚀 Push and deploy',
  pull: '📥 Pull server to local',
  merge: '🔀 Merge both',
  edit: "📝 Edit the server's text",
  skip: '⏭️  Skip',
}

function label(action: Action, drift: ComponentDrift): string {
  const lost = takesBack(action, drift, Date.now())
  return lost ? `${CHOICE[action]} (${lost})` : CHOICE[action]
}

/** Asks on the terminal. `show` prints a component's diff before its question. */
export function terminalAsker(
  print: (text: string) => void,
  show: (drift: ComponentDrift) => Promise<void>,
): Asker {
  return {
    async choose(drift, choices, preselected) {
      await show(drift)
      return askList(
        `What would you like to do with ${drift.component}?`,
        choices.map(value => ({ value, name: label(value, drift) })),
        { preselected, atEscape: 'skip' },
      )
    },
    confirm: askYesOrNo,
    async resolve(conflict, which) {
      print(renderConflict(conflict, which, colors()))
      const { ours, theirs } = conflict
      const choice = await askList('Which lines should stand here?', [
        { value: 'ours', name: 'Ours (local)' },
        { value: 'theirs', name: 'Theirs (server)' },
        { value: 'both', name: 'Both, ours first' },
        { value: 'edit', name: 'Edit' },
      ])
      if (choice !== 'edit') return { ours, theirs, both: [...ours, ...theirs] }[choice]
      const both = [...ours, ...theirs].join('\n')
      const saved = (await edit(both)).replace(/\r?\n$/, '')
      if (saved !== both) return saved.split('\n')
      print('Nothing was changed in the editor, so nothing is decided yet.\n')
      return this.resolve(conflict, which)
    },
    edit,
  }
}

async function edit(text: string): Promise<string> {
  const { editText } = await import('./editor.js')
  return ignoringSignals(async () => editText(text))
}
