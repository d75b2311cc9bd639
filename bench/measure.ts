/**
 * Whole commands, timed side by side in one run: medians, and ratios to `node -e 0`, which hold when the machine's
 * speed does not.
 */

import { spawn } from 'node:child_process'

export interface Command {
  label: string
  args: string[]
  cwd?: string
  env?: Record<string, string>
  /** Exit codes that are fine; anything else ends the bench. */
  codes?: number[]
}

export interface Measured {
  label: string
  /** Median wall-clock milliseconds. */
  ms: number
  /** To the first command of the run. */
  ratio: number
}

/** Runs the commands in turn, A B C A B C …, `rounds` times after one warm-up. The first is the measure of the rest. */
export async function measure(commands: Command[], rounds = 9): Promise<Measured[]> {
  const times = commands.map((): number[] => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const ms = await once(command)
      if (round > 0) times[index]!.push(ms)
    }
  }
  const medians = times.map(median)
  return commands.map(({ label }, index) => ({
    label,
    ms: medians[index]!,
    ratio: medians[index]! / medians[0]!,
  }))
}

/** Prints one row per command with its goal, if it has one. */
export function report(title: string, rows: Measured[], goals: Record<string, number> = {}): void {
  console.log(`\n${title}`)
  for (const { label, ms, ratio } of rows) {
    const goal = goals[label] === undefined ? '' : `  (goal: at most ${goals[label]}x)`
    console.log(
      `  ${label.padEnd(44)} ${ms.toFixed(0).padStart(6)} ms  ${ratio.toFixed(2).padStart(6)}x${goal}`,
    )
  }
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function once({ label, args, cwd, env, codes = [0] }: Command): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' })
    child.on('error', reject)
    child.on('close', code => {
      if (!codes.includes(code ?? -1)) reject(new Error(`${label} ended with ${code}`))
      else resolve(Number(process.hrtime.bigint() - started) / 1e6)
    })
  })
}
