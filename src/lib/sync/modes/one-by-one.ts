/**
 * Passage by passage: what the code takes of the server's text and what it keeps.
 */

import { LuaError } from '../../errors.js'
import { type Decision, type Divided, divide, type Passage, parseNumbers } from '../../passages.js'
import type { Persona } from '../../persona.js'
import { sameValue } from '../equality.js'
import type { Incoming } from '../incoming.js'
import type { ComponentDrift } from '../model.js'
import { type Asker, keepInMind, note, type Run, settleOutcome } from '../run.js'

/** Can this be decided passage by passage: do both sides have it, in the same shape? */
export function isDivisible({ component, local, server }: ComponentDrift): boolean {
  // Half of a setting is no setting.
  if (component === 'governance') return false
  const sides = [local.value, server.value]
  return sides.every(value => typeof value === 'string') || sides.every(value => typeof value === 'object')
}

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
      decisions[at] = answer === 'edit' ? { text: await edited(run, drift, passage, ask) } : answer
      at += 1
    }
  }
  const chosen = incomingOf(drift, compose(decisions))
  if (sameValue(chosen.value, drift.local.value!)) return chosen
  await ask.compare(drift, chosen.value)
  return (await ask.confirm('Write this into your code?')) ? chosen : undefined
}

async function edited(
  run: Run,
  { component }: ComponentDrift,
  passage: Passage,
  ask: Asker,
): Promise<string> {
  const text = passage.server || passage.local
  const saved = await ask.edit(text)
  if (saved !== text) keepInMind(run, component, saved)
  return saved
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
  const all = await Promise.all(drifts.map(divided))
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
  for (const [index, drift] of drifts.entries()) {
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
  const { component, local, server } = drift
  const parts = isDivisible(drift) && (await divide(server.value!, local.value!))
  if (parts) return parts
  throw new LuaError(
    'CONFLICT',
    `The ${component} cannot be taken passage by passage: it is not there, or not of one shape, on both sides.`,
    { hint: 'Take one side whole: lua sync --pull, or lua sync --push.', location: local.location },
  )
}

/** Whoever chose has seen the server's text, so the code descends from it now, whatever was kept. */
function incomingOf(drift: ComponentDrift, value: Persona): Incoming {
  const { value: theirs, version } = drift.server
  return { drift, value, kind: 'pull', agreed: { value: theirs!, version, code: value } }
}
