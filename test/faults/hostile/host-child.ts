/** A program that runs the built commands it is told of, one after the other: see `host.ts`. */

import { runHosted } from '../../support/hosted.js'

export interface Order {
  args: string[]
  cwd: string
  env: Record<string, string>
}

process.on('message', async ({ args, cwd, env }: Order) => {
  try {
    process.send?.({ run: await runHosted(args, { cwd, env }) })
  } catch (error) {
    process.send?.({ error: String((error as Error).stack) })
  }
})
process.once('disconnect', () => process.exit())
