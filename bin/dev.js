#!/usr/bin/env node
// Runs the sources as they are now: bundles them (a tenth of a second), then starts what came out. oclif's own way,
// to load the .ts files through tsx, cannot register tsx 4 and silently runs the old build instead.
await import('../scripts/build.mjs')
await import('./run.js')
