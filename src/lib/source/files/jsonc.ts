/** JSON with comments and trailing commas, as tsconfig.json has them. */

const TOKENS =
  /"(?:[^"\\\n]|\\.)*"|\/\/[^\n\r]*|\/\*[\s\S]*?(?:\*\/|$)|,(?=(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)*[}\]])/g

/** The value, or `undefined` if even then it is not JSON. */
export function parseJsonc(text: string): unknown {
  const plain = text.replace(/^\uFEFF/, '').replace(TOKENS, token => (token.startsWith('"') ? token : ''))
  try {
    return JSON.parse(plain)
  } catch {
    return undefined
  }
}
