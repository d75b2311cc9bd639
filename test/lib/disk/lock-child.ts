/**
 * `node lock-child.mjs ROOT TIMES`: adds one to a counter file, read and written apart, under the lock; ends
 * the process there if the file says `exit`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from '../../../src/lib/disk/index.js'

const [root, times] = process.argv.slice(2) as [string, string]
const counter = join(root, 'counter')
for (let round = 0; round < Number(times); round += 1) {
  await withLock(join(root, '.lua'), async () => {
    const text = readFileSync(counter, 'utf8')
    if (text === 'exit') process.exit(130)
    const value = Number(text)
    await new Promise(resolve => setImmediate(resolve))
    writeFileSync(counter, String(value + 1))
  })
}
