import { Command } from '@oclif/core'
import type { ExitCode } from '../lib/errors.js'
import { renderError } from '../lib/report/error.js'
import { errorDocument } from '../lib/report/json.js'
import { colors } from './terminal.js'
import { fromOclif, type OclifError } from './usage-errors.js'

/** What both commands share: every error carries its own exit code, as text and as JSON. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true

  /**
   * oclif exits 2 or 1 depending on `--json`, and 1 for any exception, which would read as drift.
   * So nothing is left to it: the error is shown here and its exit code is set here.
   */
  protected override async catch(thrown: OclifError): Promise<void> {
    const error = fromOclif(thrown, this.id, Object.keys(this.ctor.flags))
    if (this.jsonEnabled()) this.logJson(errorDocument(error))
    else process.stderr.write(renderError(error, colors()))
    this.setExitCode(error.exitCode)
  }

  protected setExitCode(code: ExitCode): void {
    if (code !== 0) process.exitCode = code
  }
}
