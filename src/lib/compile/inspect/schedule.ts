/** When a job runs: which schedules the platform takes. */

import { closest } from '../../closest.js'
import { SCHEDULE_ALIASES, SCHEDULES, type ScheduleSpec } from '../kinds.js'

interface ScheduleProblem {
  /** The part of the schedule that is wrong; undefined: there is none at all. */
  key?: string
  message: string
  hint: string
}

/** @param label how messages speak of the job */
export function scheduleProblems(label: string, schedule: unknown): ScheduleProblem[] {
  if (typeof schedule !== 'object' || schedule === null) {
    const hint = "Say when it runs: schedule: { type: 'cron', expression: '0 9 * * *' }."
    return [{ message: `The ${label} has no schedule.`, hint }]
  }
  const values = schedule as Record<string, unknown>
  const spec = SCHEDULES.get(String(values.type))
  if (!spec) return [unknownType(label, values)]
  const strange = Object.keys(values).filter(key => !spec.fields.includes(key))
  return [...strange.map(key => unknownField(key, values, spec.fields)), ...wrongValues(label, values, spec)]
}

function wrongValues(label: string, values: Record<string, unknown>, spec: ScheduleSpec): ScheduleProblem[] {
  const meant = Object.keys(values).map(key => nearest(key, spec.fields, SCHEDULE_ALIASES))
  return spec.required.flatMap(key => {
    const hint = EXAMPLES[key] ?? ''
    if (values[key] === undefined)
      return meant.includes(key)
        ? []
        : { key, message: `The ${values.type} schedule of the ${label} has no \`${key}\`.`, hint }
    if (VALID[key]?.(values[key])) return []
    return { key, message: `\`${key}: ${JSON.stringify(values[key])}\` is no ${MEANINGS[key]}.`, hint }
  })
}

function unknownType(label: string, { type }: Record<string, unknown>): ScheduleProblem {
  const types = [...SCHEDULES.keys()]
  const meant = nearest(String(type), types)
  const message =
    type === undefined
      ? `The schedule of the ${label} has no \`type\`.`
      : `"${type}" is no type of schedule${meant ? `; did you mean "${meant}"?` : '.'}`
  return { key: 'type', message, hint: `The types are ${types.map(each => `"${each}"`).join(', ')}.` }
}

function unknownField(
  key: string,
  values: Record<string, unknown>,
  fields: readonly string[],
): ScheduleProblem {
  const meant = nearest(key, fields, SCHEDULE_ALIASES)
  const article = values.type === 'interval' ? 'an' : 'a'
  const isUseful = meant !== undefined && fields.includes(meant) && values[meant] === undefined
  const question = isUseful ? `; did you mean \`${meant}\`?` : '.'
  return {
    key,
    message: `\`${key}\` is not a field of ${article} ${values.type} schedule${question}`,
    hint: `Its fields are ${fields.join(', ')}.`,
  }
}

const EXAMPLES: Record<string, string> = {
  expression: "Write it as cron does: expression: '0 9 * * *'.",
  seconds: 'Write a number: seconds: 300.',
  executeAt: "Write a time: executeAt: new Date('2030-01-01T09:00:00Z').",
}
const MEANINGS: Record<string, string> = {
  expression: 'cron expression',
  seconds: 'number of seconds',
  executeAt: 'time',
}
const VALID: Record<string, (value: unknown) => boolean> = {
  expression: value => typeof value === 'string' && value.trim() !== '',
  seconds: value => typeof value === 'number' && value > 0,
  executeAt: value => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
}

/** The known word that `word` is most likely meant to be: another tool's word for it, or the nearest, if any is near. */
export function nearest(
  word: string,
  known: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): string | undefined {
  return Object.hasOwn(aliases, word) ? aliases[word] : closest(word, known)
}
