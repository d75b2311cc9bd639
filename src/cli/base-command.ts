import { Command } from '@oclif/core'
import type { ExitCode } from '../lib/errors.js'
import { keepKeysSecret } from '../lib/project/credentials.js'
import { readEnvironment } from '../lib/project/environment.js'
import type { Format } from '../lib/report/formats.js'
import { jsonText } from '../lib/report/json.js'
import { fromOclif, type OclifError, showError } from './errors.js'
import { commonFlags, hasFlag } from './flags.js'
import { speakAs } from './host.js'
import { formatOf, type Output, openOutput, writeDocument } from './output.js'
import { endIfStopped } from './signals.js'
import { behaveAsInCi } from './terminal.js'
import { traceError } from './trace.js'

/** What both commands share: every error carries its own exit code, as text and as a document. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = commonFlags

  protected override async init(): Promise<void> {
    await super.init()
    speakAs(this.config, this.id)
    keepKeysSecret(undefined, readEnvironment())
    if (hasFlag(this.argv, 'ci')) behaveAsInCi()
  }

  override jsonEnabled(): boolean {
    return super.jsonEnabled() || formatOf(this.argv) === 'json'
  }

  /** Folder to which the paths of an error relate. */
  protected root = process.cwd()

  protected get format(): Format {
    return this.jsonEnabled() ? 'json' : formatOf(this.argv)
  }

  protected get output(): Output {
    return openOutput(this.format, hasFlag(this.argv, 'quiet'))
  }

  /** What `run` returns with `--json`. */
  protected override logJson(document: unknown): void {
    writeDocument(jsonText(document))
  }

  /**
   * oclif exits 2 or 1 depending on `--json`, and 1 for any exception, which would read as drift.
   * So nothing is left to it: the error is shown here and its exit code is set here.
   */
  protected override async catch(thrown: OclifError): Promise<void> {
    const error = fromOclif(
      thrown,
      `${this.config.bin} ${this.id?.replaceAll(':', this.config.topicSeparator)}`,
      Object.keys({ ...this.ctor.flags, ...commonFlags }),
    )
    traceError(error)
    await showError(error, this.format, this.root, this.id)
    this.setExitCode(error.exitCode)
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    await super.finally(error)
    endIfStopped()
  }

  protected setExitCode(code: ExitCode): void {
    if (code !== 0) process.exitCode = code
  }
}
