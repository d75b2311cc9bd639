import { tmpdir } from 'node:os'
import { expect } from 'chai'
import { fromOclif, type OclifError, unknownCommand } from '../../src/cli/errors.js'
import { runHosted } from '../support/hosted.js'

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
    expect(unknownCommand('comple', ['sync', 'compile', 'help']).hint).to.equal('Did you mean lua compile?')
    expect(unknownCommand('xylophone', ['sync']).hint).to.equal('lua help lists the commands.')
    expect(unknownCommand('synk:stray', ['sync']).message).to.equal('There is no command "synk stray".')
  })

  for (const [typed, meant] of [
    ['push', 'sync --push'],
    ['push:persona', 'sync --push'],
    ['status', 'sync --check'],
    ['log', 'sync --history'],
    ['revert', 'sync --undo'],
    ['build', 'compile'],
  ] as const) {
    it(`${typed} is taken for what does that here`, () => {
      expect(unknownCommand(typed, ['sync', 'compile']).hint).to.equal(`Did you mean lua ${meant}?`)
    })
  }
})

describe('a wrong command line, in a sentence', () => {
  for (const [args, message, hint] of [
    [['--pull', '--push'], '--pull and --push cannot be combined.'],
    [['--undo', '--only', 'name'], '--only and --undo cannot be combined.'],
    [['--deploy'], '--deploy goes with --push.'],
    [['--dry-run'], '--dry-run goes with --pull, --push, --merge or --undo.'],
    [['--take', '1'], '--take goes with --pull.'],
    [['--take'], '--take needs a value.'],
    [['--format', 'xml'], '--format xml: expected one of text, json, github, markdown, junit.'],
    [
      ['--limit', '0', '--history'],
      '--limit: Expected an integer greater than or equal to 1 but received: 0',
    ],
    [['--chek'], 'There is no flag --chek.', 'Did you mean --check?'],
    [['pull'], 'Nothing is expected here: pull', 'Did you mean --pull?'],
    [['status'], 'Nothing is expected here: status', 'Did you mean --check?'],
  ] as [string[], string, string?][]) {
    it(`lua sync ${args.join(' ')}`, async () => {
      const { code, stderr } = await runHosted(['sync', ...args], { cwd: tmpdir() })
      expect(code).to.equal(2)
      expect(stderr).to.include(`❌ ${message}\n→ ${hint ?? 'See lua sync --help.'}`)
    })
  }
})
