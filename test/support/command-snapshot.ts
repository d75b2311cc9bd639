/**
 * What scripts of other people rely on, as plain data: commands, their flags, and the shape of their JSON.
 * `npm run snapshot` writes it anew; a difference in review is a decision about other people's pipelines.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { Command } from '@oclif/core'

const ROOT = join(import.meta.dirname, '..', '..')
const COMMANDS = join(ROOT, 'src', 'commands')
const SCHEMAS = join(ROOT, 'schemas')
export const SNAPSHOT = join(ROOT, 'test', 'fixtures', 'command-snapshot.json')

/** Reads commands and schemas from their sources. */
export async function commandSnapshot() {
  const commands: Record<string, unknown> = {}
  for (const file of readdirSync(COMMANDS).sort()) {
    const { default: command } = await import(pathToFileURL(join(COMMANDS, file)).href)
    commands[file.replace(/\.ts$/, '')] = describeCommand(command as typeof Command)
  }
  const schemas = readdirSync(SCHEMAS)
    .sort()
    .map(file => [file, sha256(JSON.stringify(JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8'))))])
  return { commands, schemas: Object.fromEntries(schemas) as Record<string, string> }
}

function describeCommand({ flags, baseFlags, args, enableJsonFlag }: typeof Command) {
  const all = Object.entries({ ...baseFlags, ...flags }).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    args: Object.keys(args),
    json: enableJsonFlag,
    flags: Object.fromEntries(all.map(([name, flag]) => [name, describeFlag(flag)])),
  }
}

/** What a script can see of a flag: its words may change. */
function describeFlag(flag: object) {
  const seen = [
    'type',
    'char',
    'default',
    'options',
    'multiple',
    'allowNo',
    'required',
    'min',
    'exclusive',
    'dependsOn',
    'relationships',
  ] as const
  const known = flag as Partial<Record<(typeof seen)[number], unknown>>
  return Object.fromEntries(seen.filter(key => known[key] !== undefined).map(key => [key, known[key]]))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function snapshotText(snapshot: unknown): string {
  return `${JSON.stringify(snapshot, null, 2)}\n`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(SNAPSHOT, snapshotText(await commandSnapshot()))
}
