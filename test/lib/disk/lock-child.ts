/** `node lock-child.mjs ROOT TIMES`: adds one to a counter file, read and written apart, under the lock. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from '../../../src/lib/disk/index.js'

const [root, times] = process.argv.slice(2) as [string, string]
const counter = join(root, 'counter')
for (let round = 0; round < Number(times); round += 1) {
  await withLock(join(root, '.lua'), async () => {
    const value = Number(readFileSync(counter, 'utf8'))
    await new Promise(resolve => setImmediate(resolve))
    writeFileSync(counter, String(value + 1))
  })
}
