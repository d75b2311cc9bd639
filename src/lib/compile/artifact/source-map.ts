/** Source maps of artifacts: name the real files, and carry their real text. */

interface SourceMapJson {
  version: 3
  sources: string[]
  sourcesContent: (string | null)[]
  names: string[]
  mappings: string
}

/**
 * Replaces the entry module in a map by the module that it was sliced from. Slicing keeps lines and columns, so
 * the mappings hold as they are.
 * @param entry the entry's path as the map has it
 * @param original the module's path, written as a map does, and its text
 */
export function originalMap(map: string, entry: string, original: { path: string; text: string }): string {
  const parsed = JSON.parse(map) as SourceMapJson
  const index = parsed.sources.indexOf(entry)
  if (index !== -1) {
    parsed.sources[index] = original.path
    parsed.sourcesContent[index] = original.text
  }
  return JSON.stringify(parsed)
}
