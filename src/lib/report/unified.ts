import { asOneText } from '../persona.js'
import type { ComponentDrift } from '../sync/model.js'
import { visible } from '../text.js'

/** How long an exact diff may take before whole texts stand against each other, in milliseconds. */
const EXACT_MS = 1000

/** A unified diff from the server's text to the local one, with three lines of context. Text as it is: data. */
export async function unifiedDiff({ component, server, local }: ComponentDrift): Promise<string> {
  const { createTwoFilesPatch } = await import('diff')
  const before = server.value === undefined ? '' : asOneText(server.value)
  const after = local.value === undefined ? '' : asOneText(local.value)
  const [from, to] = [`server/${component}`, `local/${component}`]
  const patch = createTwoFilesPatch(from, to, before, after, undefined, undefined, {
    context: 3,
    timeout: EXACT_MS,
  })
  return patch?.replace(/^=+\n/, '') ?? coarse(from, to, before, after)
}

/** The same for people: control characters spelled out, and no word on missing final line feeds. */
export async function readableDiff(drift: ComponentDrift): Promise<string> {
  return visible((await unifiedDiff(drift)).replace(/^\\ No newline at end of file\n/gm, ''))
}

function coarse(from: string, to: string, before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const lines = [...old.map(line => `-${line}`), ...now.map(line => `+${line}`)]
  return `--- ${from}\n+++ ${to}\n@@ -1,${old.length} +1,${now.length} @@\n${lines.join('\n')}\n`
}
