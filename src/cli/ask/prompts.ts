/**
 * Three kinds of question: a list, yes or no, one key. No key does anything but those that are named here, and none of
 * them wraps around; Escape is always the answer that changes nothing.
 */

import type { Interface } from 'node:readline'
import { createPrompt, isEnterKey, useEffect, useKeypress, useRef, useState } from '@inquirer/core'
import type { Colors } from 'picocolors/types.js'
import { wrapped } from '../../lib/report/layout.js'
import { screenHeight, screenWidth } from '../terminal.js'

/** What every question is given. */
interface Common {
  message: string
  colors: Colors
  /** Called with the answer, before it is shown. */
  onAnswer: () => void
  /** Called where the terminal goes away, or says with Ctrl-D that nothing more will come. */
  onClose: () => void
}

export interface Choice<T extends string> {
  value: T
  name: string
}

interface ListConfig extends Common {
  choices: Choice<string>[]
  preselected?: string
  atEscape?: string
}

const HIDE_CURSOR = '\x1b[?25l'
/** So long after an Escape its sequence may go on, in milliseconds: enough for a slow line. */
const ESCAPE_MS = 100

/** One of several: up and down, Enter; Escape chooses `atEscape`. */
export const list = createPrompt<string, ListConfig>((config, done) => {
  const { choices, preselected, atEscape, colors } = config
  const first = choices.findIndex(({ value }) => value === preselected)
  const [active, setActive] = useState(Math.max(0, first))
  const [chosen, setChosen] = useState<number | undefined>(undefined)
  const choose = (index: number) => {
    if (index < 0) return
    setChosen(index)
    config.onAnswer()
    done(choices[index]!.value)
  }
  const draw = useKeys(config, ({ name, answer, isEscape }) => {
    if (chosen !== undefined) return
    if (isEscape) choose(choices.findIndex(({ value }) => value === atEscape))
    else if (answer) choose(active)
    else if (name === 'up') setActive(Math.max(0, active - 1))
    else if (name === 'down') setActive(Math.min(choices.length - 1, active + 1))
  })
  if (chosen !== undefined) return answered(config, choices[chosen]!.name)
  const shown = choices.map(({ name }, index) => {
    const rows = wrapped(`  ${name}`, screenWidth())
    return index === active ? colors.cyan(rows.replace(' ', '❯')) : rows
  })
  const whole = [asked(config), ...shown].join('\n')
  if (rowsIn(whole) <= screenHeight()) return draw(`${whole}${HIDE_CURSOR}`)
  const question = asked(config, colors.dim(`(${active + 1} of ${choices.length})`))
  const near = around(shown, active, screenHeight() - rowsIn(question))
  return draw(`${[question, ...near].join('\n')}${HIDE_CURSOR}`)
})

/** As many of the choices around the active one as fit: what is chosen must be seen. */
function around(choices: string[], active: number, room: number): string[] {
  let [first, end] = [active, active + 1]
  const fits = (from: number, to: number) => rowsIn(choices.slice(from, to).join('\n')) <= room
  while (end < choices.length && fits(first, end + 1)) end += 1
  while (first > 0 && fits(first - 1, end)) first -= 1
  return choices.slice(first, end)
}

function rowsIn(text: string): number {
  return text.split('\n').length
}

/** Yes or no: `y` or `n`, then Enter; Enter alone and Escape are no. */
export const yesOrNo = createPrompt<boolean, Common>((config, done) => {
  const [typed, setTyped] = useState<boolean | undefined>(undefined)
  const [given, setGiven] = useState<boolean | undefined>(undefined)
  const give = (answer: boolean) => {
    setGiven(answer)
    config.onAnswer()
    done(answer)
  }
  const draw = useKeys(config, ({ name, answer, isEscape }) => {
    if (given !== undefined) return
    if (answer || isEscape) give(!isEscape && (typed ?? false))
    else if (name === 'y' || name === 'n') setTyped(name === 'y')
    else if (name === 'backspace') setTyped(undefined)
  })
  if (given !== undefined) return answered(config, given ? 'Yes' : 'No')
  const letter = typed === undefined ? '' : typed ? 'y' : 'n'
  return draw(asked(config, `${config.colors.dim('(y/N)')} ${letter}`))
})

interface KeyConfig extends Common {
  /** By their key, a letter each; the words show the letter in brackets. */
  keys: { key: string; words: string }[]
  /** The key that Escape stands for. */
  atEscape: string
}

/** One of several, by its key alone. */
export const oneKey = createPrompt<string, KeyConfig>((config, done) => {
  const { keys, atEscape } = config
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const draw = useKeys(config, ({ name, isEscape }) => {
    const key = isEscape ? atEscape : name
    if (chosen !== undefined || !keys.some(each => each.key === key)) return
    setChosen(key)
    config.onAnswer()
    done(key!)
  })
  if (chosen !== undefined) return answered(config, keys.find(({ key }) => key === chosen)!.words)
  return draw(asked(config, `${keys.map(({ words }) => words).join(' · ')} `))
})

function asked({ colors, message }: Common, after?: string): string {
  const rest = after === undefined ? '' : ` ${after}`
  return wrapped(`${colors.blue('?')} ${colors.bold(message)}${rest}`, screenWidth())
}

function answered({ colors, message }: Common, answer: string): string {
  return wrapped(`${colors.green('✔')} ${colors.bold(message)} ${colors.cyan(answer)}`, screenWidth())
}

interface Key {
  /** Undefined for a key that is pressed together with Ctrl or Alt. */
  name?: string
  /** Enter. */
  answer: boolean
  isEscape: boolean
}

/** The terminal puts two sequences around a text that is pasted, so that no line feed in it is taken for an answer. */
const MARK_PASTES = '\x1b[?2004h'
const NO_MARKS = '\x1b[?2004l'

/** @returns draws what it is given, and remembers how high it is */
function useKeys({ onClose }: Common, onKey: (key: Key) => void): (question: string) => string {
  const [, redraw] = useState(0)
  const height = useRef(1)
  const pasting = useRef(false)
  useEffect(rl => {
    const lines = rl as unknown as Interface & { escapeCodeTimeout: number }
    lines.escapeCodeTimeout = ESCAPE_MS
    lines.once('close', onClose)
    // After Ctrl-Z and `fg`, readline waits for somebody to go on reading, and the shell has had the terminal: the
    // question is drawn again below what stands there.
    lines.on('SIGCONT', () => {
      process.stdout.write(MARK_PASTES + '\n'.repeat(height.current - 1))
      lines.resume()
      redraw(Date.now())
    })
    process.stdout.write(MARK_PASTES)
    return () => process.stdout.write(NO_MARKS)
  }, [])
  useKeypress((key, rl) => {
    // What is typed must not pile up: it would be printed with the question.
    rl.clearLine(0)
    const { name, ctrl, meta } = key as typeof key & { meta?: boolean }
    if (name === 'paste-start' || name === 'paste-end') pasting.current = name === 'paste-start'
    if (pasting.current) return
    // An Escape and an Enter that arrive together are one key to readline.
    const isEscape = name === 'escape' || (meta === true && isEnterKey(key))
    const plain = !ctrl && !meta
    onKey({ name: plain ? name : undefined, answer: plain && isEnterKey(key), isEscape })
  })
  return question => {
    height.current = rowsIn(question)
    return question
  }
}
