/** How a file is read: `code` is TypeScript or JavaScript, `json` one value, `text` the whole file as one string. */
export type ModuleForm = 'code' | 'json' | 'text'

/** How a file is read when the import does not say: by its extension. */
export function formOf(path: string): ModuleForm {
  if (/\.json$/i.test(path)) return 'json'
  return /\.[mc]?[jt]sx?$/i.test(path) ? 'code' : 'text'
}
