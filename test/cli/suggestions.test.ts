import { expect } from 'chai'
import { fromOclif, type OclifError, unknownCommand } from '../../src/cli/errors.js'

const FLAGS = [
  'check',
  'pull',
  'push',
  'undo',
  'force',
  'format',
  'verbose',
  'dry-run',
  'history',
  'cwd',
  'sync',
  'strict',
]

const hintFor = (typed: string) => {
  const thrown: OclifError = Object.assign(new Error(`Nonexistent flag: ${typed}`), {
    oclif: { exit: 2 },
    flags: [typed],
  })
  return fromOclif(thrown, 'mycli sync', FLAGS).hint
}

describe('a mistyped flag', () => {
  const rows: [typed: string, meant: string][] = [
    ['--chek', '--check'],
    ['--status', '--check'],
    ['--verify', '--check'],
    ['--preview', '--dry-run'],
    ['--dryrun', '--dry-run'],
    ['--download', '--pull'],
    ['--upload', '--push'],
    ['--rollback', '--undo'],
    ['--log', '--history'],
    ['--yes', '--force'],
    ['--directory', '--cwd'],
    ['-p', '--pull or --push'],
    ['-u', '--undo'],
    ['-f', '--force'],
  ]
  for (const [typed, meant] of rows) {
    it(`${typed} is taken for ${meant}`, () => {
      expect(hintFor(typed)).to.equal(`Did you mean ${meant}? See mycli sync --help.`)
    })
  }
  it('-c is a check: --check, or --sync for a command that checks first', () => {
    const hint = (flags: string[]) => {
      const thrown = Object.assign(new Error('Nonexistent flag: -c'), { oclif: { exit: 2 }, flags: ['-c'] })
      return fromOclif(thrown, 'lua compile', flags).hint
    }
    expect(hint(['ci', 'cache', 'cwd', 'sync'])).to.include('Did you mean --sync?')
  })

  it('whose value is none is named', () => {
    const message =
      'The following error occurred:\n  Parsing --limit \n\tExpected an integer but received: x\nSee more help with --help'
    const thrown = Object.assign(new Error(message), { oclif: { exit: 2 } })
    expect(fromOclif(thrown, 'lua sync', FLAGS).message).to.equal(
      '--limit: Expected an integer but received: x',
    )
  })

  it('of no meaning at all is not guessed at', () => {
    expect(hintFor('--xylophone')).to.equal('See mycli sync --help.')
  })
})

describe('an unknown command', () => {
  it('is taken for the nearest one', () => {
    expect(unknownCommand('synk', ['sync', 'compile', 'help']).hint).to.equal('Did you mean lua sync?')
    expect(unknownCommand('synk:stray', ['sync']).message).to.equal('There is no command "synk stray".')
  })
})
