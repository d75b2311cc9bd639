/** New objects as code: built and printed by recast, which is loaded only when one is needed. */

export type Printer = Pick<typeof import('recast'), 'print' | 'types'>

export async function loadPrinter(): Promise<Printer> {
  const { print, types } = await import('recast')
  return { print, types }
}

interface ObjectLayout {
  /** One level of indentation: some blanks, or a tab. */
  unit: string
  /** Indentation of the line that the object begins on. */
  margin: string
  eol: string
  /** JSON: quoted keys, no comma at the end. */
  json: boolean
}

/**
 * An object over several lines. The values are code already and go in as they are, their own lines not indented:
 * recast prints strings with escapes of its own, so a name stands in for each value until the object is printed.
 */
export function printObject(
  { print, types }: Printer,
  entries: readonly (readonly [key: string, code: string])[],
  { unit, margin, eol, json }: ObjectLayout,
): string {
  const { builders } = types
  const properties = entries.map(([key], index) =>
    builders.objectProperty(
      json ? builders.stringLiteral(key) : builders.identifier(key),
      builders.identifier(standIn(index)),
    ),
  )
  const { code } = print(builders.objectExpression(properties), {
    tabWidth: 2,
    trailingComma: !json,
    quote: 'double',
    lineTerminator: '\n',
  })
  // recast knows tabs only where it keeps them from an original, so its two blanks become a unit here.
  const indented = code.replace(/\n( {2})?/g, (_, inner) => eol + margin + (inner ? unit : ''))
  // In one go: a value may hold what stands in for another.
  return indented.replace(/\bvalue_(\d+)_/g, (_, index) => entries[Number(index)]![1])
}

function standIn(index: number): string {
  return `value_${index}_`
}
