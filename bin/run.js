#!/usr/bin/env node
import { createRequire } from 'node:module'

// Required, not imported: see scripts/build.mjs.
const { execute } = createRequire(import.meta.url)('@oclif/core')

await execute({ dir: import.meta.url })
