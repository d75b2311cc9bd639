// Loaded into the executable with `--import`: after BROKEN_AFTER calls that write, the disk gives BROKEN_CODE.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { BROKEN_CODE = 'ENOSPC', BROKEN_AFTER = '0' } = process.env
let left = Number(BROKEN_AFTER)

function fail(name) {
  if (left-- > 0) return
  throw Object.assign(new Error(`${BROKEN_CODE}: injected, ${name}`), { code: BROKEN_CODE, syscall: name })
}

const own = path => typeof path === 'string' && path.includes('lua-broken-')

/** Descriptors of the project's files: standard output is no disk. */
const watched = new Set()

for (const name of ['writeSync', 'fsyncSync']) {
  const real = fs[name]
  fs[name] = (file, ...rest) => {
    if (watched.has(file)) fail(name)
    return real(file, ...rest)
  }
}
for (const name of ['mkdirSync', 'linkSync', 'renameSync', 'writeFileSync', 'copyFileSync']) {
  const real = fs[name]
  fs[name] = (path, ...rest) => {
    if (own(path) || watched.has(path)) fail(name)
    return real(path, ...rest)
  }
}
const isReading = flags => (typeof flags === 'number' ? (flags & 3) === fs.constants.O_RDONLY : flags === 'r')
const openSync = fs.openSync
fs.openSync = (path, flags, ...rest) => {
  const file = openSync(path, flags, ...rest)
  // A number is closed and given anew: what was written to may be read next.
  if (own(path) && !isReading(flags)) watched.add(file)
  else watched.delete(file)
  return file
}
const open = fs.promises.open
fs.promises.open = async (path, flags, ...rest) => {
  if (own(path) && String(flags).startsWith('w')) fail('open')
  return open(path, flags, ...rest)
}
syncBuiltinESMExports()
