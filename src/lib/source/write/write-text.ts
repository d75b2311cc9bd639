/** Writing one text: into its literals if it can be, else without the calls around it, else by force. */
import { LuaError, type SourceLocation } from '../../errors.js'
import { shownPath } from '../agent/agent.js'
import { leavesOf } from '../agent/read.js'
import { range } from '../names/nodes.js'
import type { Leaf } from '../value/segments.js'
import { type StaticString, snippet, type Wrapper } from '../value/values.js'
import { type Draft, proofFailed } from './draft.js'
import type { Edit } from './edits.js'
import { type Comparer, comparisons, placeHunks, wholeMiddle } from './hunks.js'
import { literalFor } from './insert.js'
import { commentsIn, eolOf, withComments } from './layout.js'
import { templateBody } from './literal.js'
import { otherUses, rangesOf } from './other-uses.js'
import { type Alignment, restructure } from './structure.js'
import { asCompared, type Declared, declaredText, type Ref, refName, textsOf } from './texts.js'

/** What a write must lead to. Texts that are still to be written may be anything until then. */
export interface Goal {
  force: boolean
  expected: ReadonlyMap<string, string>
  pending: ReadonlySet<string>
}

export interface Written {
  draft: Draft
  notes: string[]
  /** What else uses what changed. */
  shared: SourceLocation[]
  /** Of a text that is put together of several: where it changed. */
  at?: SourceLocation
}

type Result = { draft: Draft; notes: string[]; leaves: Leaf[]; text: StaticString; from: Draft } | Conflict
interface Conflict {
  conflict: string
}

/**
 * The draft with one text changed; `undefined`: it is there already. Ways to write are tried in order, and
 * the first whose result is right is taken.
 * @throws LuaError CONFLICT if only force could do it, PROOF_FAILED if nothing could, FILE_REFUSED.
 */
export async function writeText(
  draft: Draft,
  ref: Ref,
  target: string,
  goal: Goal,
): Promise<Written | undefined> {
  const declared = declaredText(draft, ref) as Declared
  if (isThere(draft, declared.value as StaticString, target)) return undefined
  const failures: (string | LuaError)[] = []
  for await (const result of results(draft, ref, target, goal.force, failures)) {
    const wrong = mismatch(result.draft, ref, target, goal)
    if (wrong === undefined) {
      const shared = otherUses(result.from.sources, rangesOf(result.leaves), result.text.trail)
      const at = leavesOf(result.text).length > 1 ? result.draft.firstChange(result.from) : undefined
      return { draft: result.draft, notes: result.notes, shared, at }
    }
    failures.push(wrong)
  }
  throw refused(draft, ref, declared, failures, goal.force)
}

function isThere(draft: Draft, text: StaticString, target: string): boolean {
  return asCompared(draft, text, text.value) === asCompared(draft, text, target)
}

type Success = Exclude<Result, Conflict>

/** Every way that gives a sound draft; why the others do not goes to `failures`. */
async function* results(
  draft: Draft,
  ref: Ref,
  target: string,
  force: boolean,
  failures: (string | LuaError)[],
): AsyncGenerator<Success> {
  for await (const attempt of attempts(draft, ref, target, force)) {
    try {
      const result = attempt()
      if ('conflict' in result) failures.push(result.conflict)
      else yield result
    } catch (error) {
      if (!(error instanceof LuaError) || error.code === 'FILE_REFUSED') throw error
      failures.push(error)
    }
  }
}

async function* attempts(
  draft: Draft,
  ref: Ref,
  target: string,
  force: boolean,
): AsyncGenerator<() => Result> {
  const declared = declaredText(draft, ref) as Declared
  const text = declared.value as StaticString
  yield* literalAttempts(draft, text, target, [])
  yield* unwrapAttempts(draft, ref, text, target, [])
  if (!force) return
  yield () => fold(draft, text, target)
  yield () => detach(draft, declared, text, target)
}

/** Into the literals: all at once, then by lines, words and characters. */
async function* literalAttempts(
  draft: Draft,
  text: StaticString,
  target: string,
  notes: string[],
): AsyncGenerator<() => Result> {
  const isWhole = text.segments.length === 1 && text.segments[0]?.text === text.segments[0]?.leaf?.value
  yield* structureAttempts(draft, text, target, ['lines'], notes)
  yield () => inPlace(draft, text, target, isWhole ? replaceAll : wholeMiddle, notes)
  if (isWhole || leavesOf(text).length === 1) return
  const all = await comparisons()
  for (const comparison of all) yield () => inPlace(draft, text, target, comparison, notes)
  yield* structureAttempts(draft, text, target, [wholeMiddle, ...all], notes)
}

/** By parts that come and go: lines of a list, operands of a sum, pieces of a template. */
async function* structureAttempts(
  draft: Draft,
  text: StaticString,
  target: string,
  alignments: Alignment[],
  notes: string[],
): AsyncGenerator<() => Result> {
  for (const alignment of alignments) {
    const found = await restructure(draft.sources, text, target, alignment)
    if (found === undefined) continue
    const { edits, leaves } = found
    yield () => ({ draft: draft.apply(edits), notes, leaves, text, from: draft })
  }
}

/** The same with the outermost call or tag gone, then with the next. */
async function* unwrapAttempts(
  draft: Draft,
  ref: Ref,
  text: StaticString,
  target: string,
  gone: string[],
): AsyncGenerator<() => Result> {
  const [wrapper] = text.wrappers
  if (wrapper === undefined) return
  const labels = [...gone, wrapper.label]
  const notes = [`${labels.join(' and ')} was taken away: with it the text would read back differently`]
  const unwrapped = tryUnwrap(draft, wrapper, text, target)
  if (unwrapped === undefined) return
  const inner = declaredText(unwrapped, ref)?.value
  if (inner?.kind !== 'string') return
  if (isThere(unwrapped, inner, target))
    yield () => ({ draft: unwrapped, notes, leaves: [], text, from: draft })
  else {
    yield* literalAttempts(unwrapped, inner, target, notes)
    yield* unwrapAttempts(unwrapped, ref, inner, target, labels)
  }
}

function tryUnwrap(draft: Draft, wrapper: Wrapper, text: StaticString, target: string): Draft | undefined {
  const { module, node } = wrapper.outer
  const inner = wrapper.inner.node
  const isTag = node.type === 'TaggedTemplateExpression'
  // A template means something else without its tag: it is written anew, if it is only one literal.
  if (isTag && leavesOf(text).length > 1) return undefined
  const { start, end } = range(inner)
  const slice = module.text.slice(start, end)
  const kept = inner.extra?.parenthesized ? `(${slice})` : slice
  const code = isTag ? `\`${templateBody(target, eolOf(module))}\`` : kept
  const comments = commentsIn(module, node, [inner])
  try {
    return draft.apply([
      { module, ...range(node), text: withComments(module, range(node).start, comments, code) },
    ])
  } catch {
    return undefined
  }
}

/** One literal holds all of it: it is replaced as a whole. */
const replaceAll: Comparer = (before, after) => [{ start: 0, end: before.length, text: after }]

function inPlace(
  draft: Draft,
  text: StaticString,
  target: string,
  compare: Comparer,
  notes: string[],
): Result {
  const hunks = compare(text.value, target)
  if (hunks === undefined) return { conflict: 'too much of it changes' }
  const indent = text.wrappers.find(wrapper => wrapper.indent)?.indent
  const placed = placeHunks(text, hunks, indent)
  if ('conflict' in placed) return placed
  const leaves = leavesOf(text).filter(leaf => placed.edits.some(edit => isEditOf(edit, leaf)))
  const edits = draft.exact ? placed.edits : placed.edits.map(edit => withFinalBreak(edit, leaves))
  const all = [...notes, ...edits.flatMap(edit => fileNotes(draft, edit, leaves))]
  return { draft: draft.apply(edits), notes: all, leaves, text, from: draft }
}

function isEditOf(edit: Edit, leaf: Leaf): boolean {
  return edit.module === leaf.at.module && edit.start === leaf.start && edit.end === leaf.end
}

/** A text file that ended with a line break still does. */
function withFinalBreak(edit: Edit, leaves: Leaf[]): Edit {
  const isFile = leaves.some(leaf => leaf.style === 'text' && isEditOf(edit, leaf))
  const ending = /\r?\n$/.exec(edit.module.text)?.[0]
  if (!isFile || ending === undefined || edit.text.endsWith('\n')) return edit
  return { ...edit, text: edit.text + ending }
}

function fileNotes(draft: Draft, edit: Edit, leaves: Leaf[]): string[] {
  if (draft.exact || !leaves.some(leaf => leaf.style === 'text' && isEditOf(edit, leaf))) return []
  const file = shownPath(draft.sources, edit.module.path)
  const notes = []
  if (edit.text.includes('\r\n')) notes.push(`${file} keeps its CRLF line endings`)
  if (edit.text.endsWith('\n')) notes.push(`${file} keeps the line break at its end`)
  return notes
}

/** The whole expression as one literal; comments that stood in it stand before it. */
function fold(draft: Draft, text: StaticString, target: string): Result {
  const { module, node } = text.at
  const { start, end } = range(node)
  const isTemplate = leavesOf(text).some(leaf => leaf.style !== 'quoted' && leaf.style !== 'json')
  const eol = eolOf(module)
  const literal = isTemplate ? `\`${templateBody(target, eol)}\`` : literalFor(module, target)
  const code = withComments(module, start, commentsIn(module, node), literal)
  return {
    draft: draft.apply([{ module, start, end, text: code }]),
    leaves: leavesOf(text).filter(
      leaf => leaf.at.module === module && start <= leaf.start && leaf.end <= end,
    ),
    text,
    from: draft,
    notes: ['the expression was folded into one literal'],
  }
}

/** The property gets a literal of its own, and what it was taken from stays as it is. */
function detach(draft: Draft, declared: Declared, text: StaticString, target: string): Result {
  const { module } = declared.expression
  return {
    draft: draft.apply([replaceExpression(declared, literalFor(module, target))]),
    leaves: [],
    text,
    from: draft,
    notes: ['the value is now written at its own place, apart from what it was taken from'],
  }
}

/** The edit that gives a property or field another expression. */
export function replaceExpression(declared: Declared, code: string): Edit {
  const { module, node } = declared.expression
  const target = declared.form === 'shorthand' ? range(declared.node.node) : range(node)
  const key = declared.form === 'shorthand' ? `${module.text.slice(target.start, target.end)}: ` : ''
  return { module, ...target, text: key + code }
}

/** What is wrong after a step; `undefined`: nothing. */
function mismatch(draft: Draft, ref: Ref, target: string, goal: Goal): string | undefined {
  const value = declaredText(draft, ref)?.value
  if (value?.kind !== 'string' || !isThere(draft, value, target))
    return `${refName(ref)} would read back differently`
  const texts = textsOf(draft)
  for (const [name, text] of goal.expected) {
    if (name === refName(ref) || goal.pending.has(name)) continue
    if (texts.get(name) !== text) return `${name} is built of the same text and would change, too`
  }
  return undefined
}

/** The comparison by lines, where there is one, tells most; without a conflict, the proof that failed does. */
function refused(
  draft: Draft,
  ref: Ref,
  declared: Declared,
  failures: (string | LuaError)[],
  force: boolean,
): LuaError {
  const reasons = failures.filter(failure => typeof failure === 'string')
  const reason = reasons[1] ?? reasons[0]
  const failure = failures.find(failure => failure instanceof LuaError)
  if (reason === undefined && failure !== undefined) return failure
  const { module, node } = declared.value.at
  const file = shownPath(draft.sources, module.path)
  const location = module.locationOf(node)
  if (force) {
    const why = reason ?? `${refName(ref)} would read back differently`
    return proofFailed(file, why, { location, frame: module.frame(location) })
  }
  const code = snippet(declared.value.at)
  return new LuaError('CONFLICT', `${refName(ref)} cannot be written into ${file}: ${reason}`, {
    location,
    frame: module.frame(location),
    hint: `Give what changes a literal of its own in \`${code}\`, by hand, or use --force to write the whole text as one literal there.`,
  })
}
