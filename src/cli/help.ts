import { CommandHelp, Help, type Interfaces } from '@oclif/core'
import { wrapped } from '../lib/report/layout.js'

/** The groups of flags in their order, and how they are headed. oclif and other hosts say "MODE FLAGS". */
const GROUPS: Record<string, string> = {
  MODE: 'MODES',
  COMPARISON: 'WHAT IS COMPARED',
  SAFETY: 'SAFETY',
  OUTPUT: 'OUTPUT',
  'MULTI-AGENT': 'MANY AGENTS',
  'DRIFT CHECK': 'DRIFT CHECK',
  GLOBAL: 'GLOBAL',
}

/** A section is indented by this. */
const INDENT = 2

/** oclif's help with the groups of flags, and the flags in them, in order, and nothing wider than the screen. */
export default class GroupedHelp extends Help {
  constructor(config: Interfaces.Config, options: Partial<Interfaces.HelpOptions> = {}) {
    super(config, { ...options, flagSortOrder: 'none' })
  }

  protected override CommandHelpClass = class extends CommandHelp {
    override section(header: string, body: Parameters<CommandHelp['section']>[1]): string {
      return super.section(
        header.replace(/^(.+) FLAGS$/, (whole, name) => GROUPS[name] ?? whole),
        body,
      )
    }

    protected override groupFlags(flags: Parameters<CommandHelp['groupFlags']>[0]) {
      const { mainFlags, flagGroups } = super.groupFlags(flags)
      const inOrder = Object.keys(GROUPS).flatMap(name =>
        flagGroups[name] ? [[name, flagGroups[name]]] : [],
      )
      return { mainFlags, flagGroups: { ...Object.fromEntries(inOrder), ...flagGroups } }
    }

    /** Where oclif puts the words below the flags, it forgets by how much they are indented. */
    override renderList(...[input, options]: Parameters<CommandHelp['renderList']>): string {
      const list = super.renderList(input, options)
      const fits = list.split('\n').every(line => line.length + INDENT <= this.opts.maxWidth)
      return fits ? list : super.renderList(input, { ...options, indentation: options.indentation + INDENT })
    }
  }

  protected override log(...texts: string[]): void {
    super.log(...texts.map(text => wrapped(text, this.opts.maxWidth)))
  }
}
