/** `npm run bench [name …]`: all benches, or those named. */

import { benchAll } from './all.js'
import { benchCompile } from './compile.js'
import { benchGit } from './git.js'
import { benchLoad } from './load.js'
import { reportSource } from './source.js'
import { benchStartup } from './startup.js'

const BENCHES: Record<string, () => Promise<void>> = {
  all: benchAll,
  compile: benchCompile,
  git: benchGit,
  startup: benchStartup,
  load: benchLoad,
  source: reportSource,
}

const wanted = process.argv.slice(2)
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench()
}
