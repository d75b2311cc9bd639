/** Hashes by which the platform knows a file's text and a whole project. */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'

/**
 * The hash of a file: the first 16 hex digits of the SHA-256 of its text. Bytes are hashed as the text that
 * they decode to, with U+FFFD for what is not UTF-8: for real text the two are the same, and for binary files
 * that is what the platform's own client does.
 */
export function textHash(content: string | Uint8Array): string {
  const hash = createHash('sha256')
  if (typeof content === 'string') hash.update(content)
  else hash.update(isUtf8(content) ? content : Buffer.from(decode(content)))
  return hash.digest('hex').slice(0, 16)
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
