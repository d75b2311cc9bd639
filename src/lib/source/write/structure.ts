/** Another text for what is put together from parts: which stay, change, come and go, and the edits for that. */
import { splice } from '../../splice.js'
import { leavesOf } from '../agent/read.js'
import type { Handle } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Sources } from '../names/sources.js'
import { evaluate } from '../value/evaluate.js'
import type { Leaf } from '../value/segments.js'
import type { StaticString } from '../value/values.js'
import { alignAdjacent, alignJoined, cutByHunks, likeness, type PartPlan } from './align.js'
import type { Edit } from './edits.js'
import { type Comparer, placeHunks, wholeMiddle } from './hunks.js'
import { literalFor } from './insert.js'
import { renderLeaf } from './literal.js'
import { editsOf, isPlainLiteral, type Shape } from './part-edits.js'
import { type Composition, compositionOf, type Holder, type Part } from './parts.js'

interface StructureEdits {
  edits: Edit[]
  /** The literals that change, and those beside which something comes or goes. */
  leaves: Leaf[]
}

/** How parts that are not whole lines are compared; `lines`: only parts that are separated, or hold whole lines. */
export type Alignment = 'lines' | Comparer

/** The edits by which the parts of a text make another; `undefined`: it has no parts, or they cannot. */
export async function restructure(
  sources: Sources,
  text: StaticString,
  target: string,
  alignment: Alignment,
): Promise<StructureEdits | undefined> {
  const inner = innermost(sources, text, target)
  const composition = inner && compositionOf(sources, inner.text)
  if (inner === undefined || composition === undefined) return undefined
  // What a separator cuts into pieces needs no other way of comparing.
  if (composition.separator !== '' && alignment !== 'lines') return undefined
  return new Restructuring(sources, alignment).run(composition, inner.target)
}

/** The text inside the calls that cut blanks from its ends, and what it must be for them to leave the target. */
function innermost(
  sources: Sources,
  text: StaticString,
  target: string,
): { text: StaticString; target: string } | undefined {
  const last = text.wrappers.at(-1)
  if (last === undefined) return { text, target }
  const inner = evaluate(sources, last.inner)
  const at = inner.kind === 'string' ? inner.value.indexOf(text.value) : -1
  const isCut = text.wrappers.every(({ label }) => label.startsWith('.trim'))
  if (inner.kind !== 'string' || !isCut || at === -1) return undefined
  const { value } = inner
  return { text: inner, target: value.slice(0, at) + target + value.slice(at + text.value.length) }
}

class Restructuring {
  readonly #sources: Sources
  readonly #alignment: Alignment
  readonly #edits: Edit[] = []
  readonly #leaves: Leaf[] = []
  readonly #reshaped = new Set<Holder>()

  constructor(sources: Sources, alignment: Alignment) {
    this.#sources = sources
    this.#alignment = alignment
  }

  async run(composition: Composition, target: string): Promise<StructureEdits | undefined> {
    if (!(await this.#rewrite(composition, target))) return undefined
    return { edits: this.#joined(), leaves: this.#leaves }
  }

  /** `false`: there is no such way. */
  async #rewrite(composition: Composition, target: string): Promise<boolean> {
    const plan = await this.#plan(composition, target)
    if (plan === undefined) return false
    const { parts, holder } = composition
    // A sum of nothing is no text.
    const isGone = plan.texts.every(text => text === undefined) && plan.inserted.flat().length === 0
    if (isGone && holder.node.type !== 'ArrayExpression') plan.texts[0] = ''
    const spellsBreaks = parts.some(
      ({ at: { node } }) => node.type === 'StringLiteral' && node.value.includes('\n'),
    )
    for (const [index, part] of parts.entries()) {
      const text = plan.texts[index]
      if (text === undefined || text === part.text) continue
      if (!(await this.#change(part, text, spellsBreaks))) return false
    }
    return this.#reshape(composition, plan)
  }

  #plan({ parts, separator, holder }: Composition, target: string) {
    const texts = parts.map(({ text }) => text)
    if (separator !== '') return alignJoined(texts, separator, target)
    const alignment = this.#alignment
    if (alignment === 'lines') {
      return holder.node.type === 'TemplateLiteral' ? undefined : alignAdjacent(texts, target)
    }
    const hunks = alignment(texts.join(''), target)
    return hunks && cutByHunks(texts, hunks, index => isLiteral(parts[index] as Part))
  }

  /** Another text for one part, which stays. */
  async #change({ at, value, text }: Part, target: string, spellsBreaks: boolean): Promise<boolean> {
    if (at.node.type === 'TemplateElement') {
      const style = 'quasi' as const
      const leaf: Leaf = { at, ...range(at.node), style, value: text }
      return this.#changeLeaf(leaf, target)
    }
    if (value === undefined) return false
    const [leaf, second] = leavesOf(value)
    if (leaf && second === undefined && value.value === leaf.value && value.wrappers.length === 0) {
      return this.#changeLeaf(leaf, target, spellsBreaks)
    }
    const composition = value.wrappers.length === 0 ? compositionOf(this.#sources, value) : undefined
    const [edits, leaves] = [this.#edits.length, this.#leaves.length]
    if (composition && (await this.#rewrite(composition, target))) return true
    this.#edits.length = edits
    this.#leaves.length = leaves
    const placed = placeHunks(value, wholeMiddle(value.value, target) ?? [])
    if ('conflict' in placed) return composition !== undefined && this.#replace(at, value.value, target)
    this.#edits.push(...placed.edits)
    this.#leaves.push(...leavesOf(value))
    return true
  }

  /** Another line in the place of one that is built of parts; one that is only edited is not taken from them. */
  #replace({ module, node }: Handle, text: string, target: string): boolean {
    if (likeness(text, target) > 0.5) return false
    this.#edits.push({ module, ...range(node), text: literalFor(module, target) })
    return true
  }

  /** Where one of the parts spells its line breaks, all do; else a text of several lines is a template. */
  #changeLeaf(leaf: Leaf, target: string, spellsBreaks = false): boolean {
    const rendered = renderLeaf(leaf, target, spellsBreaks)
    if (rendered === undefined) return false
    this.#edits.push({ module: leaf.at.module, start: leaf.start, end: leaf.end, text: rendered })
    this.#leaves.push(leaf)
    return true
  }

  /** Parts that go and parts that come, in every list or sum that has some. */
  #reshape(composition: Composition, { texts, inserted }: PartPlan): boolean {
    const { parts, holder } = composition
    const shapes = new Map<Holder, Shape>()
    const shapeOf = (of: Holder) => {
      const known = [...shapes.entries()].find(([other]) => other.node === of.node)
      if (known) return known[1]
      const shape: Shape = { gone: new Set(), before: [], after: new Map() }
      shapes.set(of, shape)
      return shape
    }
    for (const [index, part] of parts.entries()) {
      if (texts[index] === undefined) shapeOf(part.holder).gone.add(part.at.node)
    }
    for (const [index, added] of inserted.entries()) {
      if (added.length === 0) continue
      const [before, after] = [parts[index - 1], parts[index]]
      if (before) shapeOf(before.holder).after.set(before.at.node, added)
      else shapeOf(after?.holder ?? holder).before = added
    }
    for (const [of, shape] of shapes) {
      const own = parts.filter(part => part.holder.node === of.node)
      const edits = editsOf(of, own, shape, composition)
      if (edits === undefined) return false
      this.#edits.push(...edits)
      this.#leaves.push(...own.flatMap(({ value }) => (value ? leavesOf(value) : [])))
      this.#reshaped.add(of)
    }
    return true
  }

  /** The edits inside a reshaped list or sum as one: the proof asks for one node in the place of one. */
  #joined(): Edit[] {
    const holders = [...this.#reshaped].map(({ module, node }) => ({ module, ...range(node) }))
    const isIn = (edit: Omit<Edit, 'text'>, holder: Omit<Edit, 'text'>) =>
      edit !== holder && edit.module === holder.module && holder.start <= edit.start && edit.end <= holder.end
    const outermost = holders.filter(holder => !holders.some(other => isIn(holder, other)))
    const loose = this.#edits.filter(edit => !outermost.some(holder => isIn(edit, holder)))
    const joined = outermost.map(({ module, start, end }) => {
      const own = this.#edits.filter(edit => isIn(edit, { module, start, end }))
      const moved = own.map(edit => ({ ...edit, start: edit.start - start, end: edit.end - start }))
      return { module, start, end, text: splice(module.text.slice(start, end), moved) }
    })
    return [...loose, ...joined]
  }
}

function isLiteral({ at }: Part): boolean {
  return at.node.type === 'TemplateElement' || isPlainLiteral(at.node)
}
