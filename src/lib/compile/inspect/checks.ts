/** What the platform would refuse, or silently do wrong, found before anything is written. */

import { CONFLICT, conflictLine } from '../../conflict.js'
import type { LuaError } from '../../errors.js'
import { type Handle, type Sources, type StaticObject, shownPath, snippet } from '../../source/index.js'
import type { Primitive } from '../discover/primitive.js'
import { specOf } from '../kinds.js'
import { fileName, nameAdvice } from '../names.js'
import { problemAt, type Warning, warningAt } from '../problem.js'
import type { Inspection } from './protocol.js'
import { nearest, scheduleProblems } from './schedule.js'
import { withoutOddSettings } from './settings.js'

interface Findings {
  problems: LuaError[]
  warnings: Warning[]
}

/** Everything that is wrong with one primitive that has been loaded. */
export function checkPrimitive(primitive: Primitive, found: Inspection): Findings {
  const checker = new Checker(primitive, found)
  checker.run()
  return checker.findings
}

class Checker {
  readonly findings: Findings = { problems: [], warnings: [] }
  readonly #primitive: Primitive
  readonly #found: Inspection
  readonly #label: string
  /** Fields that are there under a wrong name, which has been reported. */
  readonly #misspelt = new Set<string>()

  constructor(primitive: Primitive, found: Inspection) {
    this.#primitive = primitive
    this.#found = found
    this.#label = labelOf(primitive, found)
  }

  run(): void {
    this.#unknownFields()
    this.#name()
    this.#conflictMarkers()
    switch (this.#primitive.kind) {
      case 'tool':
        this.#execute()
        this.#inputSchema()
        break
      case 'job':
        this.#execute()
        this.#schedule()
        break
      case 'webhook':
        this.#execute()
        this.#secret()
        break
      case 'preprocessor':
      case 'postprocessor':
        this.#execute()
        break
      case 'mcp-server':
        this.#server()
        break
      case 'agent':
        this.#settings()
        break
      case 'skill':
    }
    this.#schemas()
  }

  #name(): void {
    const { name } = this.#found.values
    if (typeof name !== 'string' || name.trim() === '') {
      if (this.#misspelt.has('name')) return
      const what =
        name === undefined || typeof name === 'string' ? 'has no name' : 'has a name that is no text'
      this.#problem(
        'name',
        `${capital(specOf(this.#primitive.kind).label)} ${what}.`,
        "Give it one: name: '…'.",
      )
      return
    }
    const advice = nameAdvice(this.#primitive.kind, name)
    if (advice)
      this.#warning('name', `"${name}" is an unusual name for ${specOf(this.#primitive.kind).label}.`, advice)
  }

  /** A field of the config whose name is nearly that of a known one that is missing. */
  #unknownFields(): void {
    const { kind, fields } = this.#primitive
    const spec = specOf(kind)
    for (const key of fields.configKeys) {
      if (spec.fields.includes(key)) continue
      const meant = nearest(key, spec.fields, spec.aliases)
      if (meant === undefined || fields.get(meant) !== undefined || this.#found.fields.includes(meant))
        continue
      this.#misspelt.add(meant)
      this.#problem(
        key,
        `\`${key}\` is not a field of ${spec.label}; did you mean \`${meant}\`?`,
        `Rename it to ${meant}.`,
      )
    }
  }

  #execute(): void {
    if (this.#found.callables.includes('execute') || this.#misspelt.has('execute')) return
    const what = this.#found.fields.includes('execute') ? 'an `execute` that is no function' : 'no `execute`'
    this.#problem(
      'execute',
      `The ${this.#label} has ${what}.`,
      'Add the function that does its work: execute: async (…) => { … }.',
    )
  }

  #inputSchema(): void {
    const { schemas, notSchemas, environment, fields } = this.#found
    if (schemas.input !== undefined || notSchemas.includes('inputSchema')) return
    if (environment.length > 0 && fields.includes('inputSchema')) return
    if (this.#misspelt.has('inputSchema')) return
    this.#warning(
      'inputSchema',
      `The ${this.#label} has no \`inputSchema\`.`,
      'Say what it takes: inputSchema: z.object({ … }), or z.object({}) for nothing.',
    )
  }

  #schemas(): void {
    for (const field of this.#found.notSchemas) {
      this.#problem(
        field,
        `\`${field}\` of the ${this.#label} is no schema.`,
        'Make it with zod: z.object({ … }).',
      )
    }
  }

  #schedule(): void {
    if (this.#misspelt.has('schedule')) return
    for (const { key, message, hint } of scheduleProblems(this.#label, this.#found.values.schedule)) {
      if (key === undefined) this.#problem('schedule', message, hint)
      else this.#schedulePart(key, message, hint)
    }
  }

  #schedulePart(key: string, message: string, hint: string): void {
    const schedule = this.#primitive.fields.get('schedule')?.value
    const property = schedule?.kind === 'object' ? (schedule as StaticObject).properties.get(key) : undefined
    const at = property && { module: property.value.module, node: property.node }
    this.#problem('schedule', message, hint, at)
  }

  #server(): void {
    const { transport, url } = this.#found.values
    if (![undefined, 'streamable-http', 'sse'].includes(transport as string)) {
      const what = `The platform cannot use the transport "${transport}" of the ${this.#label}.`
      const why = transport === 'stdio' ? 'A stdio server runs on your own machine; offer it over HTTP. ' : ''
      this.#problem('transport', what, `${why}Use transport: 'streamable-http' or 'sse'.`)
    }
    const hasUrl = (typeof url === 'string' && url !== '') || this.#found.callables.includes('url')
    if (!hasUrl && transport !== 'stdio' && !this.#misspelt.has('url')) {
      this.#problem(
        'url',
        `The ${this.#label} has neither a \`url\` nor a function that gives one.`,
        "Add url: 'https://…' or url: () => ….",
      )
    }
  }

  /** Without a secret that can be read now, the webhook would be open to everybody. */
  #secret(): void {
    const { secret } = this.#found.values
    const { unstable, environment } = this.#found
    const isKnownProblem = environment.length > 0 || unstable.some(({ field }) => field === 'secret')
    if (isKnownProblem || this.#primitive.fields.get('secret') === undefined) return
    if (typeof secret === 'string' && secret.trim() !== '') return
    this.#problem(
      'secret',
      `The secret of the ${this.#label} cannot be read while it is compiled.`,
      'Write it as a text, or leave `secret` out and check the signature in `execute`.',
    )
  }

  #settings(): void {
    for (const { path, why } of withoutOddSettings(this.#found.values).left) {
      const [field = '', ...keys] = path
      this.#warning(
        field,
        `\`${path.join('.')}\` of the ${this.#label} ${why}; it is left out.`,
        'Correct it, or take it out.',
        this.#within(field, keys),
      )
    }
  }

  /** The innermost property on a path that is written in the source. */
  #within(field: string, keys: readonly string[]): Handle | undefined {
    let value = this.#primitive.fields.get(field)?.value
    let at: Handle | undefined
    for (const key of keys) {
      const property = value?.kind === 'object' ? value.properties.get(key) : undefined
      if (!property) break
      at = { module: property.value.module, node: property.node }
      value = this.#primitive.fields.evaluate(property.value)
    }
    return at
  }

  /** A merge that was not finished, in a text that would be deployed. */
  #conflictMarkers(): void {
    for (const [field, value] of Object.entries(this.#found.values)) {
      if (conflictLine(textsIn(value).join('\n')) === undefined) continue
      this.#problem(field, `\`${field}\` of the ${this.#label} holds conflict markers.`, CONFLICT.hint)
    }
  }

  #warning(field: string, message: string, hint: string, at: Handle | undefined = undefined): void {
    const { fields, declared } = this.#primitive
    this.findings.warnings.push(warningAt(at ?? fields.get(field)?.at ?? declared, message, hint))
  }

  #problem(field: string, message: string, hint: string, at: Handle | undefined = undefined): void {
    const { fields, declared } = this.#primitive
    this.findings.problems.push(problemAt(at ?? fields.get(field)?.at ?? declared, message, hint))
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** How messages speak of a primitive: `job "daily"`. */
function labelOf({ kind, declared, name }: Primitive, found: Inspection): string {
  const known = typeof found.values.name === 'string' ? found.values.name : name
  return known === undefined ? `${kind} \`${snippet(declared)}\`` : `${kind} "${known}"`
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** Tools that a skill has once its module has run, and that nothing else shows. */
export function checkTools(
  { kind, declared }: Primitive,
  found: Inspection,
  known: readonly (string | undefined)[],
): LuaError[] {
  const hidden = kind === 'skill' ? found.tools.filter(tool => !known.includes(tool)) : []
  if (hidden.length === 0) return []
  return [
    problemAt(
      declared,
      `The skill "${found.values.name}" has tools that cannot be known without running the code: ${hidden.join(', ')}.`,
      'List them in `tools`, or add each by a statement of its own: skill.addTool(…).',
      'NOT_STATIC',
    ),
  ]
}

/** Two primitives of a kind that go by one name: the platform, and the artifact's file, can only have one. */
export function checkDuplicates(
  sources: Sources,
  named: readonly { primitive: Primitive; name: string }[],
): LuaError[] {
  const first = new Map<string, Primitive>()
  return named.flatMap(({ primitive, name }) => {
    // As a file's name, on file systems that do not tell capitals apart.
    const key = `${primitive.kind}/${fileName(name).toLowerCase()}`
    const other = first.get(key)
    if (!other) {
      first.set(key, { ...primitive, name })
      return []
    }
    const { module, node } = other.declared
    const { line } = module.locationOf(node)
    const at = primitive.fields.get('name')?.at ?? primitive.declared
    return problemAt(
      at,
      other.name === name
        ? `Two ${primitive.kind}s are named "${name}".`
        : `The names "${other.name}" and "${name}" of two ${primitive.kind}s are the same as a file's name.`,
      `The other one is in ${shownPath(sources, module.path)}, line ${line}. Rename one of them.`,
    )
  })
}

/** A tool that says nothing about itself is one that a model does not know when to use. */
export function checkDescription(primitive: Primitive, found: Inspection): Warning[] {
  const { kind, declared } = primitive
  if (kind !== 'tool' && kind !== 'skill') return []
  const { description } = found.values
  if (typeof description === 'string' && description.trim() !== '') return []
  return [
    warningAt(
      declared,
      `The ${labelOf(primitive, found)} has no description.`,
      'Say what it is for: the model reads it.',
    ),
  ]
}
