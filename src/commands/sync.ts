import { Flags, type Interfaces } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { exitCodeOf, presentSync } from '../cli/present-sync.js'
import { openSession } from '../cli/session.js'
import { runSync } from '../cli/sync-session.js'
import { exitCodesHelp } from '../lib/report/exit-codes.js'
import { syncDocument } from '../lib/report/json.js'
import type { Mode, SyncRequest } from '../lib/sync/sync.js'

/** Each of these says what to do; only one can be said at a time. */
const MODE_FLAGS = ['check', 'pull', 'accept', 'push', 'merge', 'undo', 'history', 'diff']
/** A merge may push its result, so these two go together. */
const TOGETHER = ['merge', 'push']

const exclusive = (flag: string) =>
  MODE_FLAGS.filter(other => other !== flag && !(TOGETHER.includes(flag) && TOGETHER.includes(other)))
const needs = (...flags: string[]) => [{ type: 'some' as const, flags }]

export default class Sync extends BaseCommand {
  static override summary = 'Detect and resolve drift between the server and local code.'
  static override description =
    `Compares the agent's name and persona in the code with the server's latest published ones, shows a diff, and lets you push, pull or skip.\n\n${exitCodesHelp()}`
  static override examples = [
    { description: 'See what drifted and decide', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Fail a pipeline if there is drift',
      command: '<%= config.bin %> <%= command.id %> --check',
    },
    { description: "Take the server's state", command: '<%= config.bin %> <%= command.id %> --pull' },
    {
      description: 'Send local changes and put them into production',
      command: '<%= config.bin %> <%= command.id %> --push --deploy',
    },
    {
      description: 'Bring both sides together, then send the result',
      command: '<%= config.bin %> <%= command.id %> --merge --push',
    },
    {
      description: 'Take the last pull, push or merge back',
      command: '<%= config.bin %> <%= command.id %> --undo',
    },
  ]

  static override flags = {
    check: Flags.boolean({
      description: 'Check for drift only, exit code 1 if drift found (CI validation)',
      exclusive: exclusive('check'),
    }),
    pull: Flags.boolean({
      description: 'Pull server state to local without prompting',
      exclusive: exclusive('pull'),
    }),
    accept: Flags.boolean({ description: 'Deprecated alias for --pull', exclusive: exclusive('accept') }),
    push: Flags.boolean({
      description: 'Push local changes to server without prompting',
      exclusive: exclusive('push'),
    }),
    merge: Flags.boolean({
      description: "Merge both sides' changes into local; with --push, send the result",
      exclusive: exclusive('merge'),
    }),
    force: Flags.boolean({
      description:
        'Skip the local-changes conflict check (with --pull or --accept) and the guards. Destructive: overwrites local changes',
      relationships: needs('pull', 'accept', 'push', 'merge', 'undo'),
    }),
    deploy: Flags.boolean({
      description: 'With --push: also deploy the pushed persona version to production',
      dependsOn: ['push'],
    }),
    markers: Flags.boolean({
      description: 'With --merge: write conflicts into the value, as git does',
      dependsOn: ['merge'],
    }),
    from: Flags.integer({
      description: 'With --pull: take this published persona version',
      min: 1,
      relationships: needs('pull', 'accept'),
    }),
    only: Flags.string({
      description: 'Limit the run to some of: name, persona, sources',
      helpValue: 'name,persona,sources',
      delimiter: ',',
      multiple: true,
      options: ['name', 'persona', 'sources'],
    }),
    sources: Flags.boolean({
      description: 'With --pull: also restore source files from the snapshot',
      default: true,
      allowNo: true,
    }),
    undo: Flags.boolean({
      description: 'Put back what the last pull, push or merge overwrote',
      exclusive: exclusive('undo'),
    }),
    history: Flags.boolean({
      description: 'List the published persona versions',
      exclusive: exclusive('history'),
    }),
    diff: Flags.string({
      description: 'Show what a published persona version changed, or the difference of two',
      helpValue: 'N[..M]',
      exclusive: exclusive('diff'),
    }),
    strict: Flags.boolean({
      description: 'Count differences in line endings and outer white space as drift',
    }),
    verbose: Flags.boolean({
      description: 'Also report differences that are no drift; with --json, add the texts',
    }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Sync)
    if (flags.accept) this.warn('--accept is deprecated: use --pull.')
    const print = this.jsonEnabled() ? undefined : (text: string) => void process.stdout.write(text)
    const session = await openSession(process.cwd(), modeOf(flags))
    if (flags.history || flags.diff !== undefined || flags.undo) {
      const { showHistory, showDiff, runUndo } = await import('../cli/look-back.js')
      if (flags.undo) return runUndo(session, flags.force, print)
      return flags.diff === undefined ? showHistory(session, print) : showDiff(session, flags.diff, print)
    }
    const request = requestOf(flags)
    const result = await runSync(session, { request, print, verbose: flags.verbose })
    if (print) presentSync(result, request.mode, print)
    this.setExitCode(exitCodeOf(result, request.mode))
    return syncDocument(result, { verbose: flags.verbose })
  }
}

type SyncFlags = Interfaces.InferredFlags<typeof Sync.flags>

function requestOf(flags: SyncFlags): SyncRequest {
  const { force, push, deploy, markers, strict, from, only, sources } = flags
  return {
    mode: modeOf(flags),
    force,
    push,
    deploy,
    markers,
    strict,
    from,
    only: only as SyncRequest['only'],
    sources,
  }
}

function modeOf({ check, pull, accept, push, merge }: SyncFlags): Mode {
  if (check) return 'check'
  if (pull || accept) return 'pull'
  if (merge) return 'merge'
  return push ? 'push' : 'interactive'
}
