import type { LuaError } from '../lib/errors.js'
import { renderError } from '../lib/report/error.js'
import type { Format } from '../lib/report/formats.js'
import { openOutput, writeDocument } from './output.js'
import { colors } from './terminal.js'

/**
 * An error that ended a run before there was a report: for a person on stderr, for a program as its document.
 * @param root absolute folder to which paths relate
 */
export async function showError(error: LuaError, format: Format, root = process.cwd()): Promise<void> {
  if (format !== 'json') openOutput(format).tell(renderError(error, colors(), root))
  if (format === 'text') return
  const { documentOf } = await import('./deliver.js')
  const run = { project: '.', root, error, exitCode: error.exitCode }
  writeDocument(await documentOf({ mode: 'check', root, many: false, runs: [run], now: Date.now() }, format))
}
