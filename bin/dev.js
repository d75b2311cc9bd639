#!/usr/bin/env node
// Runs the sources, without a build: in development oclif looks for them and finds tsx by itself.
import { execute } from '@oclif/core'

await execute({ development: true, dir: import.meta.url })
