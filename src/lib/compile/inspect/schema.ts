/** zod schemas as JSON Schema, whichever zod they were made with. Runs in the process that loads artifacts. */

type JsonSchema = Record<string, unknown>
type Convert = (schema: unknown, options: object) => JsonSchema

/**
 * The JSON Schema of what a schema accepts.
 * @param require resolves from the project, so that zod 4 schemas are converted by the zod that made them
 * @returns undefined if `schema` is no schema
 */
export async function jsonSchema(schema: unknown, require: NodeJS.Require): Promise<JsonSchema | undefined> {
  if (typeof schema !== 'object' || schema === null) return undefined
  if ('_zod' in schema) return fromZod4(schema, require)
  if ('_def' in schema) return fromZod3(schema)
  return isJsonSchema(schema) ? (JSON.parse(JSON.stringify(schema)) as JsonSchema) : undefined
}

async function fromZod3(schema: object): Promise<JsonSchema> {
  const { zodToJsonSchema } = await import('zod-to-json-schema')
  const converted = (zodToJsonSchema as unknown as Convert)(schema, { $refStrategy: 'root' })
  return without$schema(converted)
}

function fromZod4(schema: object, require: NodeJS.Require): JsonSchema {
  const convert = zod4Converter(require)
  return without$schema(
    convert(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any', override: likeZod3 }),
  )
}

/** zod 4 has it on its main export; zod 3.25 carries zod 4 as `zod/v4`. */
function zod4Converter(require: NodeJS.Require): Convert {
  const main = require('zod') as { toJSONSchema?: Convert }
  return main.toJSONSchema ?? (require('zod/v4') as { toJSONSchema: Convert }).toJSONSchema
}

/**
 * Where zod 4's converter differs from what the platform gets from zod 3 projects, it is brought in line: a plain
 * object takes no further properties, a date is a date-time text, and an integer has the bounds it was given only.
 */
function likeZod3(context: { zodSchema: unknown; jsonSchema: JsonSchema }): void {
  const { type, catchall } = definitionOf(context.zodSchema)
  const target = context.jsonSchema
  if (type === 'object' && catchall === undefined) target.additionalProperties ??= false
  if (target.maximum === Number.MAX_SAFE_INTEGER) delete target.maximum
  if (target.minimum === Number.MIN_SAFE_INTEGER) delete target.minimum
  if (type === 'date') Object.assign(target, { type: 'string', format: 'date-time' })
}

function definitionOf(schema: unknown): { type?: string; catchall?: unknown } {
  return (schema as { _zod?: { def?: { type?: string; catchall?: unknown } } })._zod?.def ?? {}
}

function without$schema({ $schema: _, ...rest }: JsonSchema): JsonSchema {
  return rest
}

/** A JSON Schema written by hand. */
function isJsonSchema(value: object): boolean {
  return ['type', 'properties', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum'].some(key =>
    Object.hasOwn(value, key),
  )
}
