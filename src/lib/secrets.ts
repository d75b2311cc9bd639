/**
 * Texts that must never get out: into no output, report, request body, artifact or record. What reads an API key
 * registers it here; what writes asks here.
 */

/** Shorter texts are no keys, and striking them out would garble messages. */
const SHORTEST = 8

/** Every form in which a secret is looked for. */
const forms = new Set<string>()

/** From here on this text is a secret of this process. */
export function keepSecret(secret: string): void {
  if (secret.length < SHORTEST) return
  for (const form of [secret, encodeURIComponent(secret), jsonForm(secret), ...base64Forms(secret)]) {
    forms.add(form)
  }
}

/** Does a text or file hold a secret, as it is or encoded? */
export function holdsSecret(content: string | Uint8Array): boolean {
  if (forms.size === 0) return false
  const text =
    typeof content === 'string'
      ? content
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (const form of forms) if (text.includes(form)) return true
  return false
}

/** The text with every secret struck out. */
export function withoutSecrets(text: string): string {
  let told = text
  for (const form of forms) if (told.includes(form)) told = told.replaceAll(form, '[key]')
  return told
}

function jsonForm(secret: string): string {
  return JSON.stringify(secret).slice(1, -1)
}

/** What is left of a secret inside base64 wherever it begins: three ways to fall onto groups of three bytes. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap(skipped => {
    const whole = bytes.subarray(skipped, skipped + Math.floor((bytes.length - skipped) / 3) * 3)
    // A short run of base64 would be found by chance.
    return whole.length < SHORTEST ? [] : [whole.toString('base64'), whole.toString('base64url')]
  })
}
