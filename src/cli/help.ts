import { CommandHelp, Help } from '@oclif/core'

/** oclif's help, with the groups of flags named as they are: "MODES", not "MODES FLAGS". */
export default class GroupedHelp extends Help {
  protected override CommandHelpClass = class extends CommandHelp {
    override section(header: string, body: Parameters<CommandHelp['section']>[1]): string {
      return super.section(header.replace(/^(.+) FLAGS$/, '$1'), body)
    }
  }
}
