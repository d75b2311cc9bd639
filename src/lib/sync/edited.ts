/**
 * What a person wrote in the editor and could not be put into the code: it is nowhere else, so it is kept.
 */

import { privateWrite } from '../disk/index.js'
import { asLuaError } from '../errors.js'
import { note, type Run } from './run.js'

/** Writes it into `.lua/edited` and says where. Never fails: what matters is what went wrong before. */
export async function keepEdited(run: Run): Promise<void> {
  const time = new Date().toISOString().replaceAll(':', '-')
  for (const [component, texts] of run.edited) {
    const name = `edited/${time}-${component}.md`
    try {
      privateWrite(run.project.stateDir, name, texts.join('\n\n'))
      await note(run, `What you saved in the editor for the ${component} was kept in .lua/${name}.`)
    } catch (error) {
      const { message } = asLuaError(error)
      await note(run, `What you saved in the editor for the ${component} could not be kept: ${message}`)
    }
  }
  run.edited.clear()
}
