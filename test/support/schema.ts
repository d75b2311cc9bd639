/**
 * What `--json` writes, held against the published schemas: every run of the suite is.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ValidateFunction } from 'ajv'

const SCHEMAS = join(import.meta.dirname, '..', '..', 'schemas')

const validators = new Map<string, Promise<ValidateFunction>>()

/**
 * Parses the stdout of `lua <command> … --json` and returns the document.
 * @throws Error if it is not one JSON document, or not one that the command's schema describes
 */
export async function checkDocument(command: string, stdout: string): Promise<unknown> {
  const document: unknown = JSON.parse(stdout)
  const name = existsSync(schemaFile(command)) ? command : 'sync'
  if (!validators.has(name)) validators.set(name, compile(schemaFile(name)))
  const validate = await validators.get(name)!
  if (validate(document)) return document
  const problems = validate.errors?.map(({ instancePath, message, params }) => {
    return `  ${instancePath || '/'} ${message} ${JSON.stringify(params)}`
  })
  throw new Error(`not what schemas/${name}.schema.json describes:\n${problems?.join('\n')}\n${stdout}`)
}

/** Will a run with these arguments write one JSON document? */
export function asksForJson(args: string[]): boolean {
  if (args.includes('--help') || args.includes('--version')) return false
  return args.includes('--json') || args.includes('--format=json') || /--format json/.test(args.join(' '))
}

function schemaFile(name: string): string {
  return join(SCHEMAS, `${name}.schema.json`)
}

async function compile(file: string): Promise<ValidateFunction> {
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictTypes: false })
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  // A compile may end with what the check before it found.
  if (file !== schemaFile('sync')) ajv.addSchema(readClosed(schemaFile('sync')))
  return ajv.compile(readClosed(file))
}

function readClosed(file: string): Record<string, unknown> {
  return closed(JSON.parse(readFileSync(file, 'utf8')))
}

/** The schema, with every object closed: what we write must be described, whatever later versions may add. */
function closed(schema: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(schema).map(([key, value]) => [key, closedValue(value)])
  const copy = Object.fromEntries(entries)
  return 'properties' in schema ? { additionalProperties: false, ...copy } : copy
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue)
  return typeof value === 'object' && value !== null ? closed(value as Record<string, unknown>) : value
}
