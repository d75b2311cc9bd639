import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { documentOf } from '../cli/deliver.js'
import { manyFlags, parseShard } from '../cli/flags.js'
import { type Output, writeDocument } from '../cli/output.js'
import { exitOnSignal } from '../cli/signals.js'
import { colors, type Progress, startProgress } from '../cli/terminal.js'
import { trace } from '../cli/trace.js'
import { type CompileEvent, compileProject, watchProject } from '../lib/compile/index.js'
import { describeRecovery } from '../lib/disk/index.js'
import { LuaError } from '../lib/errors.js'
import { type CodeFolder, findCode, findProject } from '../lib/project/project.js'
import {
  compileDocument,
  renderCompiled,
  renderDetails,
  renderRebuild,
  renderWarnings,
} from '../lib/report/compile.js'
import { compileAllDocument } from '../lib/report/compile-many.js'
import { renderError } from '../lib/report/error.js'
import { exitCodesHelp, worstOf } from '../lib/report/exit-codes.js'
import type { AgentRun, Report } from '../lib/report/findings.js'
import { COMPILE_FORMATS } from '../lib/report/formats.js'
import { visible, visibleLine } from '../lib/text.js'

export default class Compile extends BaseCommand {
  static override summary = 'Build what the platform deploys, into dist-v2.'
  static override description =
    `Finds everything that the agent registers, bundles each primitive into an artifact, proves that it loads, and writes the manifest. That loads code of the project: in a process without environment, key and files. Makes no request, unless --sync asks for the drift check.\n\n${exitCodesHelp()}`
  static override examples = [
    { description: 'Compile', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'Check for drift first', command: '<%= config.bin %> <%= command.id %> --sync' },
    {
      description: 'In a pipeline: fail if there is drift',
      command: '<%= config.bin %> <%= command.id %> --sync --fail-on-drift',
    },
    {
      description: 'Compile again on every change',
      command: '<%= config.bin %> <%= command.id %> --watch',
    },
  ]

  static override usage = [
    '<%= command.id %> [OPTIONS]',
    '<%= command.id %> --sync [--fail-on-drift] [--require-server] [OPTIONS]',
    '<%= command.id %> --all [--shard i/n] [OPTIONS]',
  ]
  static override flags = {
    sync: Flags.boolean({
      description: 'Enable drift detection during compile (checks before compiling)',
      helpGroup: 'DRIFT CHECK',
    }),
    'fail-on-drift': Flags.boolean({
      description: 'With --sync: exit 1 if there is drift, without compiling',
      dependsOn: ['sync'],
      helpGroup: 'DRIFT CHECK',
    }),
    'require-server': Flags.boolean({
      description: 'With --sync: exit 11 if the server cannot be reached, without compiling',
      dependsOn: ['sync'],
      helpGroup: 'DRIFT CHECK',
    }),
    ...manyFlags,
    verbose: Flags.boolean({
      char: 'v',
      aliases: ['debug'],
      description: 'Show detailed compilation output',
      helpGroup: 'OUTPUT',
    }),
    format: Flags.string({
      description: 'What stdout is: text, or one document for a program',
      options: COMPILE_FORMATS,
      default: 'text',
      helpGroup: 'OUTPUT',
    }),
    cache: Flags.boolean({
      description: 'Build only what has changed since the last compile',
      default: true,
      allowNo: true,
    }),
    watch: Flags.boolean({
      description: 'Compile again on every change, until stopped',
      exclusive: ['json', 'all'],
    }),
  }

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Compile)
    const { output } = this
    const { cache, verbose } = flags
    const folder = resolve(flags.cwd ?? '.')
    if (flags.watch && output.format !== 'text')
      throw new LuaError(
        'USAGE',
        `--watch does not end, so it cannot write the one document of --format ${output.format}.`,
        {
          hint: 'Use one or the other.',
        },
      )
    if (!flags.watch) exitOnSignal(output.format)
    if (flags.all) return this.compileAll(folder, flags)
    const project = await findCode(folder)
    this.root = project.root
    if (flags.watch) return watchHere(project, cache, verbose, output)
    const started = performance.now()
    const progress = startProgress('Compiling …', output.quiet || !output.print)
    const result = await compileProject(project, { cache }, event =>
      show(event, verbose, output, progress),
    ).finally(progress.clear)
    const milliseconds = performance.now() - started
    const run = { project: '.', root: project.root, compiled: result, exitCode: 0 as const }
    await this.tellPrograms([run], project.root, false)
    if (output.print) {
      output.note(renderWarnings(result.warnings, colors()))
      if (verbose) output.print(renderDetails(result, colors()))
      output.print(renderCompiled(result, milliseconds, colors()))
    }
    return compileDocument(result, milliseconds, project.root)
  }

  private async compileAll(folder: string, { cache, verbose, shard }: AllFlags): Promise<unknown> {
    const { compileAll } = await import('../cli/all-projects.js')
    const runs = await compileAll(folder, {
      compile: async root => compileProject(await findProject(root), { cache }),
      verbose,
      output: this.output,
      shard: shard === undefined ? undefined : parseShard(shard),
    })
    this.setExitCode(worstOf(runs.map(({ error }) => error?.exitCode ?? 0)))
    const ended = runs.map(({ result, error, ...run }) => ({
      ...run,
      compiled: result,
      error,
      exitCode: error?.exitCode ?? (0 as const),
    }))
    await this.tellPrograms(ended, folder, true)
    return compileAllDocument(runs)
  }

  /** Annotations and JUnit reports are those of `lua sync`; JSON is what `run` returns. */
  private async tellPrograms(runs: AgentRun[], root: string, many: boolean): Promise<void> {
    const { format } = this
    if (format === 'text' || format === 'json') return
    const report: Report = { command: this.id, mode: 'check', root, many, runs, now: Date.now() }
    writeDocument(await documentOf(report, format))
  }
}

interface AllFlags {
  cache: boolean
  verbose: boolean
  shard?: string
}

function show(event: CompileEvent, verbose: boolean, output: Output, progress: Progress): void {
  if (event.type === 'recovered')
    output.note(`${colors().dim(visibleLine(describeRecovery(event.recovery)))}\n`)
  if (event.type === 'progress') progress.say(`Building artifacts: ${event.done} of ${event.total} …`)
  if (event.type === 'step') trace('time', `compile ${event.step}: ${Math.round(event.milliseconds)} ms`)
  if (event.type === 'print' && verbose && output.print) output.note(visible(event.text))
}

/** One line for each rebuild, until Ctrl-C, which is how a watch is meant to end. */
async function watchHere(
  project: CodeFolder,
  cache: boolean,
  verbose: boolean,
  output: Output,
): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  output.note('Watching for changes; Ctrl-C ends it.\n')
  await watchProject(
    project,
    { cache },
    {
      onResult: (result, milliseconds) => {
        output.note(renderWarnings(result.warnings, colors(), project.root))
        if (verbose) output.print?.(renderDetails(result, colors()))
        output.print?.(renderRebuild(result, milliseconds, new Date(), colors()))
      },
      onError: error =>
        output.tell(
          `${colors().dim(new Date().toTimeString().slice(0, 8))} ${renderError(error, colors(), project.root)}`,
        ),
    },
    stop.signal,
  )
}
