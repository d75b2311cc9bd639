/** Names of primitives: which ones the platform takes, and the file names that artifacts get from them. */

import type { PrimitiveKind } from '../kinds.js'

const LONGEST = 100
/** A tool's name is given to language models, which take no other characters; a webhook's name is a part of a URL. */
const STRICT: ReadonlySet<PrimitiveKind> = new Set(['tool', 'webhook'])

/**
 * Why the platform would refuse a name, or undefined if it is fine. Every name but the agent's is one segment of a
 * URL path; the agent's is shown to people only.
 */
export function nameProblem(kind: PrimitiveKind, name: string): { why: string; hint: string } | undefined {
  if (kind === 'agent') return undefined
  const hint = `Use letters, digits, "-" and "_": ${JSON.stringify(slug(name))}.`
  if (name.length > LONGEST) return { why: `it is longer than ${LONGEST} characters`, hint }
  if (STRICT.has(kind) && !/^[\w.-]+$/.test(name)) {
    return { why: `it has ${namedCharacter(/[^\w.-]/u.exec(name)?.[0] ?? '')}`, hint }
  }
  const reserved = /[\p{Cc}/\\?#%&=+:;,*"'<>|[\]{}^`~@!$()]/u.exec(name)?.[0]
  if (reserved !== undefined) return { why: `it has ${namedCharacter(reserved)}`, hint }
  if (/^[.\s]|[.\s]$/.test(name)) return { why: 'it begins or ends with a dot or a space', hint }
  return undefined
}

function namedCharacter(character: string): string {
  return /\s/.test(character) ? 'a space' : `the character ${JSON.stringify(character)}`
}

function slug(name: string): string {
  const plain = name.normalize('NFKD').replace(/[^\w.\s-]/g, '')
  return (
    plain
      .trim()
      .replace(/[^\w-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, LONGEST) || 'my-name'
  )
}

/** A name as a file name: what a path gives a meaning to is replaced. */
export function fileName(name: string): string {
  const safe = name.replace(/[\p{Cc}/\\?%*:|"<>]/gu, '-').replace(/^[.\s]+|[.\s]+$/g, '')
  return safe.slice(0, LONGEST) || 'unnamed'
}
