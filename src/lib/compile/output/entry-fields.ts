/** What each kind adds to its entry in the manifest, from what its artifact says about itself. */

import type { Inspection } from '../inspect/protocol.js'
import { withoutOddSettings } from '../inspect/settings.js'
import type { PrimitiveKind } from '../kinds.js'

type Fields = Record<string, unknown>

/**
 * The fields behind `hash`, in the platform's order; what is undefined is left out.
 * @param tools of a skill: the names of its tools, in order
 */
export function entryFields(kind: PrimitiveKind, found: Inspection, tools: readonly string[]): Fields {
  return Object.fromEntries(
    Object.entries(fieldsByKind(kind, found, tools)).filter(([, value]) => value !== undefined),
  )
}

function fieldsByKind(
  kind: PrimitiveKind,
  { values, callables, schemas }: Inspection,
  tools: readonly string[],
): Fields {
  const has = (name: string) => callables.includes(name)
  switch (kind) {
    case 'agent': {
      const { modelSettings, batching, governance } = withoutOddSettings(values).values
      return {
        persona: values.persona ?? '',
        model: values.model,
        hasModelResolver: has('model') || undefined,
        modelSettings,
        batching,
        governance,
        routingDescription: values.description,
        browser: values.browser,
        voiceRefs: values.voiceRefs,
      }
    }
    case 'skill':
      return { context: values.context ?? '', tools, hasCondition: has('condition') }
    case 'tool':
      return { hasCondition: has('condition'), schemas: inOrder(schemas, ['input', 'output']) }
    case 'webhook':
      return { schemas: inOrder(schemas, ['query', 'headers', 'body']), secret: values.secret }
    case 'job':
      return { schedule: scheduleOf(values.schedule), timeout: values.timeout, retry: values.retry }
    case 'preprocessor':
      return { isAsync: values.async === true, priority: values.priority }
    case 'postprocessor':
      return { priority: values.priority }
    case 'mcp-server':
      return {
        config: {
          transport: values.transport ?? 'streamable-http',
          ...(typeof values.url === 'string' ? { url: values.url } : {}),
        },
        hasUrlResolver: has('url') || undefined,
        hasHeadersResolver: has('headers') || undefined,
      }
  }
}

function inOrder(values: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.flatMap(key => (key in values ? [[key, values[key]]] : [])))
}

function scheduleOf(schedule: unknown): Fields {
  const keys = ['type', 'expression', 'seconds', 'executeAt', 'timezone']
  return inOrder((schedule ?? {}) as Fields, keys)
}
