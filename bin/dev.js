#!/usr/bin/env node
// Runs the sources, without a build.
import { register } from 'tsx/esm/api'

register()
// oclif would register tsx itself and fails at it (it imports tsx's CommonJS entry); told so, it believes that tsx runs.
process.execArgv.unshift('--require', 'tsx')
const { execute } = await import('@oclif/core')

await execute({ development: true, dir: import.meta.url })
