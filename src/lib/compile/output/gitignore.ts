/** `dist-v2/` in `.gitignore`, once. */

const LINE = 'dist-v2/'

/**
 * The text with the output folder ignored, or undefined if there is nothing to do. A line that names the folder in
 * any way, commented out or negated included, is somebody's decision and is left alone.
 */
export function ignoreOutput(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return `${LINE}\n`
  if (/\bdist-v2\b/.test(text)) return undefined
  const eol = /\r\n/.test(text) ? '\r\n' : '\n'
  return `${text}${text.endsWith('\n') ? '' : eol}${LINE}${eol}`
}
