/** Names of primitives: which ones the platform takes, and the file names that artifacts get from them. */

import type { PrimitiveKind } from './kinds.js'

/** The folder of the output, in the project's. */
export const OUTPUT = 'dist-v2'

const LONGEST = 100
/** A tool's name is given to language models, which take no other characters. */
const TOOL = /^[a-zA-Z0-9_-]+$/
const OTHER = /^[a-z][a-z0-9-]*$/

/** Advice to take another name where this one may cause trouble: the server takes any text, but not everything that uses it does. */
export function nameAdvice(kind: PrimitiveKind, name: string): string | undefined {
  if (kind === 'agent' || (kind === 'tool' ? TOOL : OTHER).test(name)) return undefined
  const plain = name
    .normalize('NFKD')
    .replace(/[^\w\s.-]/g, '')
    .trim()
    .replace(kind === 'tool' ? /[^\w-]+/g : /[^a-zA-Z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const letters = kind === 'tool' ? 'letters, digits, "-" and "_"' : 'small letters, digits and "-"'
  const advised = (kind === 'tool' ? plain : plain.toLowerCase().replace(/^[^a-z]+/, '')).slice(0, LONGEST)
  return `Use ${letters}: ${JSON.stringify(advised || 'my-name')}.`
}

/** What a class is called that does not say its name: `GreetUserTool` is `greet-user`. */
export function nameOfClass(className: string): string {
  return className
    .replace(/(?<=.)Tool$/, '')
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3-$2')
    .toLowerCase()
}

/** A name as a file name: characters that mean something in a path are replaced. */
export function fileName(name: string): string {
  const safe = name.replace(/[\p{Cc}/\\?%*:|"<>]/gu, '-').replace(/^[.\s]+|[.\s]+$/g, '')
  return safe.slice(0, LONGEST) || 'unnamed'
}
