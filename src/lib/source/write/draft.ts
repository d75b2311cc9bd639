/** Sources with edits applied, one step after the other: each step parsed again and its tree compared. */

import { LuaError, type LuaErrorDetails, type SourceLocation } from '../../errors.js'
import { splice } from '../../splice.js'
import { type AgentDeclaration, findAgentIn, shownPath } from '../agent/agent.js'
import { encode, locate } from '../files/text.js'
import type { Module } from '../names/module.js'
import type { Sources } from '../names/sources.js'
import type { Edit } from './edits.js'
import { commonStart } from './literal.js'
import type { Printer } from './print.js'
import { onlyText, sameOutside } from './prove.js'

export class Draft {
  readonly sources: Sources
  readonly agent: AgentDeclaration
  /** The content of every changed file. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Must a text file hold its text to the character, line endings and outer blanks as well? */
  readonly exact: boolean
  readonly #printer?: Printer

  constructor(
    sources: Sources,
    agent: AgentDeclaration,
    files: ReadonlyMap<string, Uint8Array> = new Map(),
    { printer, exact = false }: { printer?: Printer; exact?: boolean } = {},
  ) {
    this.sources = sources
    this.agent = agent
    this.files = files
    this.exact = exact
    this.#printer = printer
  }

  /** What prints new code; a plan that may need it loads it first. */
  get printer(): Printer {
    if (!this.#printer) throw new LuaError('INTERNAL', 'new code was to be printed without a printer')
    return this.#printer
  }

  /**
   * The draft with one more step.
   * @throws LuaError FILE_REFUSED for a file that is not UTF-8; PROOF_FAILED if the result does not parse, or
   *   if its tree differs outside the edits.
   */
  apply(edits: Edit[]): Draft {
    const changed = new Map<string, Uint8Array>()
    const modules = new Set(edits.map(edit => edit.module))
    for (const module of modules) {
      if (!module.source.valid) throw notUtf8(shownPath(this.sources, module.path))
      const own = edits.filter(edit => edit.module === module)
      changed.set(module.path, encode(splice(module.text, own), module.source.bom))
    }
    const sources = this.sources.overlay(changed)
    for (const module of modules) this.#prove(sources, module, edits)
    const files = new Map([...this.files, ...changed])
    return new Draft(sources, this.#findAgain(sources), files, { printer: this.#printer, exact: this.exact })
  }

  /** The first place that differs from an earlier draft. */
  firstChange(before: Draft): SourceLocation | undefined {
    for (const path of this.files.keys()) {
      const [old, now] = [before.sources.text(path)?.text ?? '', this.sources.text(path)?.text ?? '']
      if (old !== now) return locate(path, now, commonStart(old, now))
    }
    return undefined
  }

  #prove(sources: Sources, module: Module, edits: Edit[]): void {
    const own = edits.filter(edit => edit.module === module)
    let after: Module
    try {
      after = sources.module(module.path, module.form)
    } catch (error) {
      throw proofFailed(shownPath(sources, module.path), 'it would no longer parse', { cause: error })
    }
    const hasOnlyText = onlyText(module, after, own)
    const difference = hasOnlyText ? sameOutside(module, after, own) : 'the new text would be read as code'
    if (difference !== undefined) {
      const location = module.locate(own[0]?.start ?? 0)
      throw proofFailed(shownPath(sources, module.path), difference, {
        location,
        frame: module.frame(location),
      })
    }
  }

  #findAgain(sources: Sources): AgentDeclaration {
    try {
      return findAgentIn(sources, this.agent.file)
    } catch (error) {
      throw proofFailed(shownPath(sources, this.agent.file), 'the agent would no longer be found', {
        cause: error,
      })
    }
  }
}

/** The error for a rewriting that was not written because it could not be proved. */
export function proofFailed(file: string, why: string, details: LuaErrorDetails = {}): LuaError {
  return new LuaError('PROOF_FAILED', `${file} was not changed: ${why}`, {
    hint: 'This is our mistake: send us this report. Until then, change the text in the code by hand.',
    ...details,
  })
}

function notUtf8(file: string): LuaError {
  return new LuaError('FILE_REFUSED', `${file} is not valid UTF-8, so it is not written`, {
    hint: 'Save the file as UTF-8, then run again.',
  })
}
