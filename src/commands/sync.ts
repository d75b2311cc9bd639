import { resolve } from 'node:path'
import { Flags, type Interfaces } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { deliver } from '../cli/deliver.js'
import { manyFlags, parseShard } from '../cli/flags.js'
import { openSession } from '../cli/session.js'
import { reportOf, syncAgent } from '../cli/sync-agent.js'
import { exitCodeOfReport, exitCodesHelp } from '../lib/report/exit-codes.js'
import { FORMATS } from '../lib/report/formats.js'
import { listed } from '../lib/report/words.js'
import { COMPONENT_KEYS } from '../lib/sync/components/index.js'
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
    `Compares the agent's ${listed(COMPONENT_KEYS)} in the code with what the server has (of the persona, the latest published version), shows a diff, and lets you push, pull, merge or choose passage by passage.\n\n${exitCodesHelp()}`
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
      description: 'Check every agent of a repository, as one of four machines',
      command: '<%= config.bin %> <%= command.id %> --check --all --shard 1/4',
    },
    {
      description: 'Take the last pull, push or merge back',
      command: '<%= config.bin %> <%= command.id %> --undo',
    },
  ]

  static override usage = [
    '<%= command.id %> [OPTIONS]',
    '<%= command.id %> --check [--all] [OPTIONS]',
    '<%= command.id %> --pull | --push | --merge [--dry-run] [--force] [--all] [OPTIONS]',
    '<%= command.id %> --undo [--dry-run] [--force] | --history [--limit N] | --diff N[..M]',
  ]
  static override flags = {
    check: Flags.boolean({
      char: 'c',
      description: 'Check for drift only, exit code 1 if drift found (CI validation)',
      exclusive: exclusive('check'),
      helpGroup: 'MODE',
    }),
    pull: Flags.boolean({
      description: 'Pull server state to local without prompting',
      exclusive: exclusive('pull'),
      helpGroup: 'MODE',
    }),
    push: Flags.boolean({
      description: 'Push local changes to server without prompting',
      exclusive: exclusive('push'),
      helpGroup: 'MODE',
    }),
    merge: Flags.boolean({
      description: "Merge both sides' changes into local; with --push, send the result",
      exclusive: exclusive('merge'),
      helpGroup: 'MODE',
    }),
    undo: Flags.boolean({
      description: 'Put back what the last pull, push or merge overwrote',
      // An undo takes back a whole run.
      exclusive: [...exclusive('undo'), 'only'],
      helpGroup: 'MODE',
    }),
    history: Flags.boolean({
      description: 'List the published persona versions',
      exclusive: exclusive('history'),
      helpGroup: 'MODE',
    }),
    limit: Flags.integer({
      description: 'With --history: only the newest N',
      min: 1,
      helpValue: 'N',
      dependsOn: ['history'],
      helpGroup: 'MODE',
    }),
    diff: Flags.string({
      description:
        'Show what a published persona version changed, or the difference of two; `local` is the code',
      helpValue: 'N[..M]',
      exclusive: exclusive('diff'),
      helpGroup: 'MODE',
    }),
    deploy: Flags.boolean({
      description: 'With --push: also deploy the pushed persona version to production',
      dependsOn: ['push'],
      helpGroup: 'MODE',
    }),
    markers: Flags.boolean({
      description: 'With --merge: write conflicts into the value, as git does',
      dependsOn: ['merge'],
      helpGroup: 'MODE',
    }),
    accept: Flags.boolean({
      description: 'Deprecated alias for --pull',
      exclusive: exclusive('accept'),
      helpGroup: 'MODE',
    }),
    only: Flags.string({
      description: `Limit the run to some of: ${[...COMPONENT_KEYS, 'sources', 'primitives'].join(', ')}`,
      helpValue: 'name,persona',
      delimiter: ',',
      multiple: true,
      options: [...COMPONENT_KEYS, 'sources', 'primitives'],
      helpGroup: 'COMPARISON',
    }),
    take: Flags.string({
      description: 'With --pull: take only these passages of the server’s (--check --verbose numbers them)',
      helpValue: '1,3-5',
      exclusive: ['keep'],
      relationships: needs('pull', 'accept'),
      helpGroup: 'COMPARISON',
    }),
    keep: Flags.string({
      description: 'With --pull: take all passages but these',
      helpValue: '2',
      relationships: needs('pull', 'accept'),
      helpGroup: 'COMPARISON',
    }),
    from: Flags.integer({
      description: 'With --pull: take this published persona version',
      min: 1,
      helpValue: 'N',
      relationships: needs('pull', 'accept'),
      helpGroup: 'COMPARISON',
    }),
    sources: Flags.boolean({
      description: 'With --pull: also restore source files from the snapshot',
      default: true,
      allowNo: true,
      helpGroup: 'COMPARISON',
    }),
    strict: Flags.boolean({
      description: 'Count differences in line endings and outer white space as drift',
      helpGroup: 'COMPARISON',
    }),
    compute: Flags.boolean({
      description:
        'Run the code of the project, as compile does, to learn values that cannot be known otherwise',
      helpGroup: 'COMPARISON',
    }),
    'dry-run': Flags.boolean({
      char: 'n',
      description:
        'With --pull, --push, --merge or --undo: only say what would be done; with --verbose, the files’ diffs',
      relationships: needs('pull', 'accept', 'push', 'merge', 'undo'),
      helpGroup: 'SAFETY',
    }),
    force: Flags.boolean({
      description:
        'Skip the local-changes conflict check and the guards (against texts that are empty, shrunk to a fifth, hold a secret key or conflict markers). Destructive: overwrites changes',
      relationships: needs('pull', 'accept', 'push', 'merge', 'undo'),
      helpGroup: 'SAFETY',
    }),
    'require-server': Flags.boolean({
      description: 'Exit 11 if the server cannot be reached, instead of going on unchecked',
      helpGroup: 'SAFETY',
    }),
    ...manyFlags,
    all: Flags.boolean({
      description: 'With a mode: every agent in this folder and below, eight at a time',
      relationships: needs('check', 'pull', 'accept', 'push', 'merge'),
      helpGroup: 'MULTI-AGENT',
    }),
    verbose: Flags.boolean({
      char: 'v',
      description:
        'Number the lines and passages of a diff, and report differences that are no drift; with --json, add the texts',
      helpGroup: 'OUTPUT',
    }),
    format: Flags.string({
      description: 'What stdout is: text, or one document for a program',
      options: [...FORMATS],
      default: 'text',
      helpGroup: 'OUTPUT',
    }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Sync)
    const { output } = this
    if (flags.accept) output.note('--accept is deprecated: use --pull.\n')
    const folder = resolve(flags.cwd ?? '.')
    if (flags.history || flags.diff !== undefined || flags.undo) return this.lookBack(folder, flags)
    if (flags.only?.includes('primitives')) return this.primitives(folder, flags)
    const { verbose } = flags
    const shard = flags.shard === undefined ? undefined : parseShard(flags.shard)
    const options = { request: requestOf(flags), output, verbose, requireServer: flags['require-server'] }
    const report = flags.all
      ? await (await import('../cli/all-projects.js')).syncAll(folder, { ...options, shard })
      : reportOf(await syncAgent(folder, options), options)
    await deliver(report, output, { verbose })
    this.setExitCode(exitCodeOfReport(report))
    return undefined
  }

  /** A check, whatever else is said: nothing of it can be pulled or pushed. */
  private async primitives(folder: string, flags: SyncFlags): Promise<unknown> {
    const { checkPrimitives } = await import('../cli/primitives.js')
    const document = await checkPrimitives(await openSession(folder, 'check'), flags, this.output)
    this.setExitCode(document.status === 'drift' ? 1 : 0)
    return document
  }

  private async lookBack(folder: string, flags: SyncFlags): Promise<unknown> {
    const { lookBack } = await import('../cli/look-back.js')
    return lookBack(await openSession(folder), flags, this.output)
  }
}

type SyncFlags = Interfaces.InferredFlags<typeof Sync.flags>

function requestOf(flags: SyncFlags): SyncRequest {
  const { force, push, deploy, markers, strict, from, only, sources, compute, 'dry-run': dryRun } = flags
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
    compute,
    dryRun,
    passages:
      flags.take === undefined && flags.keep === undefined
        ? undefined
        : { take: flags.take, keep: flags.keep },
  }
}

function modeOf({ check, pull, accept, push, merge }: SyncFlags): Mode {
  if (check) return 'check'
  if (pull || accept) return 'pull'
  if (merge) return 'merge'
  return push ? 'push' : 'interactive'
}
