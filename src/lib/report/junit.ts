/**
 * JUnit XML, as CI systems read it: one suite an agent, one case a component or a primitive.
 */

import { join } from 'node:path'
import type { ComponentResult } from '../sync/model.js'
import { visible } from '../text.js'
import { type AgentRun, type Finding, findings, type Report } from './findings.js'
import { readableDiff } from './unified.js'
import { place, whoMoved } from './words.js'

interface Case {
  name: string
  file?: string
  line?: number
  outcome?: { tag: 'failure' | 'error' | 'skipped'; type: string; message: string; body?: string }
}

/** The whole document. */
export async function renderJunit(report: Report): Promise<string> {
  const suites: { run: AgentRun; cases: Case[] }[] = []
  for (const run of report.runs) suites.push({ run, cases: await casesOf(run, report) })
  const lines = suites.flatMap(({ run, cases }) => [
    `  <testsuite${attributes({ name: suiteName(run), ...totals(cases) })}>`,
    ...cases.flatMap(each => renderCase(each, suiteName(run))),
    '  </testsuite>',
  ])
  const all = suites.flatMap(({ cases }) => cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `lua ${report.command ?? 'sync'}`, ...totals(all) })}>`,
    ...lines,
    '</testsuites>',
    '',
  ].join('\n')
}

function suiteName({ project, result }: AgentRun): string {
  return project === '.' ? (result?.agentId ?? 'agent') : project
}

async function casesOf(run: AgentRun, report: Report): Promise<Case[]> {
  const found = findings(run, report)
  const passed = (run.result?.components ?? []).filter(
    ({ component }) => !found.some(({ drift }) => drift?.component === component),
  )
  const compiled = (run.compiled?.manifest.primitives ?? []).map(
    ({ kind, name, sourcePath }): Case => ({
      name: `${kind} ${name}`,
      file: place(report.root, { file: join(run.root, sourcePath) }),
    }),
  )
  const failed: Case[] = []
  for (const finding of found) failed.push(await caseOf(finding, report.root))
  return [...failed, ...passed.map(component => passedCase(component, report)), ...compiled]
}

/** What is left to the server was not compared. */
function passedCase(drift: ComponentResult, { root, now }: Report): Case {
  const { file, line } = drift.local.location
  const outcome = { tag: 'skipped', type: drift.state, message: whoMoved(drift, now) } as const
  return {
    name: drift.component,
    file: place(root, { file }),
    line,
    ...(drift.state === 'unmanaged' ? { outcome } : {}),
  }
}

async function caseOf(finding: Finding, root: string): Promise<Case> {
  const { level, title, message, location, drift } = finding
  const where = location && { file: place(root, { file: location.file }), line: location.line }
  if (drift) {
    const body = await readableDiff(drift)
    return { name: drift.component, ...where, outcome: { tag: 'failure', type: drift.state, message, body } }
  }
  const tag = level === 'warning' ? 'skipped' : 'error'
  return { name: title, ...where, outcome: { tag, type: title, message } }
}

function totals(cases: Case[]) {
  const count = (tag: string) => cases.filter(({ outcome }) => outcome?.tag === tag).length
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  }
}

function renderCase({ name, file, line, outcome }: Case, classname: string): string[] {
  const opening = `    <testcase${attributes({ name, classname, file, line })}`
  if (!outcome) return [`${opening}/>`]
  const { tag, type, message, body } = outcome
  const told = `      <${tag}${attributes(tag === 'skipped' ? { message } : { message, type })}`
  return [`${opening}>`, body ? `${told}>${xml(body)}</${tag}>` : `${told}/>`, '    </testcase>']
}

function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${xml(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`,
    )
    .join('')
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** XML 1.0 knows no way to write two characters that `visible` leaves alone: they become U+FFFD. */
const ILLEGAL = /[\ufffe\uffff]/g

function xml(text: string): string {
  return visible(text)
    .replace(ILLEGAL, '\ufffd')
    .replace(/[&<>"']/g, character => ENTITIES[character]!)
}
