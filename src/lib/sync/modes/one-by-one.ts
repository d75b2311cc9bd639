/**
 * Passage by passage: what the code takes of the server's text and what it keeps.
 */

import { LuaError } from '../../errors.js'
import {
  type Decision,
  type Divided,
  divide,
  isDivisible,
  type Passage,
  parseNumbers,
} from '../../passages.js'
import type { Persona } from '../../persona.js'
import { componentOf } from '../components/index.js'
import type { Incoming } from '../incoming.js'
import type { ComponentDrift } from '../model.js'
import { type Asker, keepInMind, note, type Run, settleOutcome } from '../run.js'

/**
 * Asks about each passage, shows the result and asks once more.
 * @returns undefined if nothing is to be written
 */
export async function askOneByOne(
  run: Run,
  drift: ComponentDrift,
  ask: Asker,
): Promise<Incoming | undefined> {
  const { passages, compose } = await divided(drift)
  const decisions: (Decision | undefined)[] = passages.map(() => undefined)
  for (let at = 0; at < passages.length; ) {
    const passage = passages[at]!
    const which = { index: at, total: passages.length, component: drift.component }
    const answer = await ask.passage(passage, which)
    if (answer === 'quit') return undefined
    if (answer === 'back') at = Math.max(0, at - 1)
    else if (answer === 'take-rest' || answer === 'keep-rest') {
      decisions.fill(answer === 'take-rest' ? 'take' : 'keep', at)
      at = passages.length
    } else {
      const decision = answer === 'edit' ? await edited(run, drift, passage, ask) : answer
      if (!decision) continue
      decisions[at] = decision
      at += 1
    }
  }
  const chosen = incomingOf(drift, compose(decisions))
  const { same, shown } = componentOf(drift.component)
  if (same(chosen.value, drift.local.value!)) return chosen
  await ask.compare(drift, shown(chosen.value))
  return (await ask.confirm('Write this into your code?')) ? chosen : undefined
}

/** @returns undefined if the editor was left without a change */
async function edited(
  run: Run,
  { component }: ComponentDrift,
  passage: Passage,
  ask: Asker,
): Promise<Decision | undefined> {
  const text = passage.server || passage.local
  const saved = await ask.edit(text)
  if (saved === text) {
    await note(run, 'Nothing was changed in the editor, so nothing is decided yet.')
    return undefined
  }
  keepInMind(run, component, saved)
  return { text: saved }
}

/**
 * `--take` and `--keep`: passages by their numbers, counted through all components from the top of the diff.
 * @throws LuaError USAGE for numbers that no passage has
 */
export async function chooseByNumber(
  run: Run,
  drifts: ComponentDrift[],
  { take, keep }: { take?: string; keep?: string },
): Promise<Incoming[]> {
  const divisible = drifts.filter(isDivisible)
  for (const drift of drifts) {
    if (isDivisible(drift)) continue
    if (divisible.length === 0) throw notDivisible(drift)
    const { component } = drift
    await settleOutcome(run, drift, { kind: 'skip', component, reason: `left as it is: ${whyWhole(drift)}` })
  }
  const all = await Promise.all(divisible.map(divided))
  const total = all.reduce((sum, { passages }) => sum + passages.length, 0)
  const list = take ?? keep ?? ''
  const numbers = parseNumbers(list, total)
  if (!numbers) {
    throw new LuaError(
      'USAGE',
      `--${take === undefined ? 'keep' : 'take'} ${list}: expected numbers from 1 to ${total}.`,
      {
        hint: 'Such as 1,3-5; lua sync --check --verbose shows the number of each passage.',
      },
    )
  }
  const incoming: Incoming[] = []
  let before = 0
  for (const [index, drift] of divisible.entries()) {
    const { passages, compose } = all[index]!
    const offset = before + 1
    const isTaken = (at: number) => numbers.has(at + offset) === (take !== undefined)
    const decisions = passages.map((_, at): Decision => (isTaken(at) ? 'take' : 'keep'))
    before += passages.length
    const taken = decisions.filter(decision => decision === 'take').length
    if (taken > 0) incoming.push(incomingOf(drift, compose(decisions)))
    else await keepAll(run, drift)
    if (taken > 0 && taken < passages.length) {
      await note(
        run,
        `${taken} of ${passages.length} passages of the ${drift.component} are taken; the others stay as your code has them.`,
      )
    }
  }
  return incoming
}

function keepAll(run: Run, drift: ComponentDrift): Promise<void> {
  const { component } = drift
  return settleOutcome(run, drift, {
    kind: 'skip',
    component,
    reason: 'every passage is kept as your code has it',
  })
}

async function divided(drift: ComponentDrift): Promise<Divided> {
  const { local, server } = drift
  const parts = await divide(server.shown!, local.shown!)
  if (parts) return parts
  throw notDivisible(drift)
}

function notDivisible(drift: ComponentDrift): LuaError {
  const { component, local } = drift
  return new LuaError(
    'CONFLICT',
    `The ${component} cannot be taken passage by passage: ${whyWhole(drift)}.`,
    {
      hint: 'Take one side whole: lua sync --pull, or lua sync --push.',
      location: local.location,
    },
  )
}

function whyWhole({ component, whole, local, server }: ComponentDrift): string {
  if (whole) return `${component} is taken whole or not at all`
  if (local.value === undefined) return 'the code has none'
  if (server.value === undefined) return 'the server has none'
  return 'one side has one text, the other has channels'
}

/** Whoever chose has seen the server's text, so the code descends from it now, whatever was kept. */
function incomingOf(drift: ComponentDrift, value: Persona): Incoming {
  const { value: theirs, version } = drift.server
  return { drift, value, kind: 'pull', agreed: { value: theirs!, version, code: value } }
}
