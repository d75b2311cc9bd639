#!/usr/bin/env node
import { mkdirSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Node 22.1 and newer keep compiled code for the next run, which then takes a tenth less time. In a folder of the
 * user's own: whoever can write to it can have us run what they like, so no shared folder and no checkout will do.
 */
function keepCompiledCode() {
  try {
    const cache = [process.env.XDG_CACHE_HOME ?? '', join(homedir(), '.cache')].find(isAbsolute)
    const { NODE_DISABLE_COMPILE_CACHE: disabled, NODE_COMPILE_CACHE: other } = process.env
    if (!module.enableCompileCache || !cache || disabled || other) return
    const folder = join(cache, 'lua-plugin-sync')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    module.enableCompileCache(folder)
  } catch {
    // No home, or one that cannot be written to.
  }
}

keepCompiledCode()
const { main } = await import('../dist/cli/main.js')
await main(import.meta.url, ['sync', 'compile', 'help'])
