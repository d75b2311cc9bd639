/** The settings of an agent: which members it knows, and of which type. */

import { closest } from '../../closest.js'

type Shape = 'number' | 'boolean' | 'string' | 'mode' | 'texts' | 'any' | { [key: string]: Shape }

const SHAPES: Record<string, { [key: string]: Shape }> = {
  modelSettings: {
    temperature: 'number',
    topP: 'number',
    topK: 'number',
    maxOutputTokens: 'number',
    presencePenalty: 'number',
    frequencyPenalty: 'number',
    stopSequences: 'texts',
    seed: 'number',
    reasoning: { effort: 'string', show: 'boolean' },
  },
  batching: {
    firstMessageDelayMs: 'number',
    debounceWindowMs: 'number',
    maxBatchMessages: 'number',
    serializeProcessing: 'boolean',
  },
  governance: {
    mode: 'mode',
    preset: 'string',
    injection: { threshold: 'number', ml: 'boolean', mlThreshold: 'number' },
    rules: {
      blockTools: 'texts',
      requireToolApproval: 'texts',
      requireApproval: 'texts',
      tokenBudget: 'any',
    },
    serverUrl: 'string',
  },
}

interface LeftOut {
  path: string[]
  /** Completes "`path` …". */
  why: string
}

/** An agent's values without members of its settings that are misspelt or of another type. */
export function withoutOddSettings(values: Record<string, unknown>): {
  values: Record<string, unknown>
  left: LeftOut[]
} {
  const left: LeftOut[] = []
  const kept = Object.entries(values).flatMap(([key, value]) => {
    const shape = SHAPES[key]
    const clean = shape ? cleaned(value, shape, [key], left) : value
    return clean === undefined ? [] : [[key, clean] as const]
  })
  return { values: Object.fromEntries(kept), left }
}

function cleaned(value: unknown, shape: Shape, path: string[], left: LeftOut[]): unknown {
  if (typeof shape === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return odd('is no object', path, left)
    const entries = Object.entries(value).flatMap(([key, inner]) => {
      const own = Object.hasOwn(shape, key) ? shape[key] : undefined
      const at = [...path, key]
      const misspelt = own ? undefined : oddName(key, shape)
      // What is not like any name that is known may be newer than this.
      const clean = own ? cleaned(inner, own, at, left) : misspelt ? odd(misspelt, at, left) : inner
      return clean === undefined ? [] : [[key, clean] as const]
    })
    return Object.fromEntries(entries)
  }
  if (shape === 'any') return value
  if (shape === 'mode')
    return value === 'sdk' || value === 'api' ? value : odd('is neither "sdk" nor "api"', path, left)
  const isTexts = Array.isArray(value) && value.every(text => typeof text === 'string')
  const fits = shape === 'texts' ? isTexts : typeof value === shape
  return fits ? value : odd(shape === 'texts' ? 'is no list of texts' : `is no ${shape}`, path, left)
}

function odd(why: string, path: string[], left: LeftOut[]): undefined {
  left.push({ path, why })
}

function oddName(key: string, shape: object): string | undefined {
  if (key === 'apiKey') return 'is a key, which does not belong into a source'
  const alias = ALIASES[key]
  const meant = alias !== undefined && alias in shape ? alias : closest(key, Object.keys(shape))
  return meant && `is not known to the platform (did you mean \`${meant}\`?)`
}

/** What other platforms call them. */
const ALIASES: Record<string, string> = { maxTokens: 'maxOutputTokens', stop: 'stopSequences' }
