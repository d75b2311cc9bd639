/**
 * The error codes as the README's troubleshooting table. Apart from the table of codes, so that its words are not
 * part of the program: an error's own hint knows more.
 */

import { ERROR_CODES, type ErrorCode } from '../errors.js'

const REMEDIES: Record<ErrorCode, string> = {
  USAGE: 'Read the message: it names the flag. `lua sync --help` lists them all.',
  NO_PROJECT: 'Go to the folder of the project, or name it with `--cwd`.',
  PROJECT_INVALID: 'Mend the file at the place that the message names, or restore it from git.',
  PROMPT_NEEDED: 'Say what to do with `--check`, `--pull` or `--push`.',
  INSECURE_URL: 'Use an https URL; plain http is for loopback, or with `LUA_ALLOW_HTTP=1`.',
  LOCKED: 'Wait for the process that the message names, or end it.',
  SERVER_NOT_FOUND:
    'Check `agent.agentId` in `lua.skill.yaml`, and that the key belongs to the same organization.',
  NO_KEY: 'Set `LUA_API_KEY`, or write `~/.lua-cli/credentials` or a `.env`.',
  KEY_REJECTED: 'The key is wrong or was revoked: make a new one in the dashboard.',
  FORBIDDEN: 'Ask an admin of the organization for access to this agent.',
  SERVER_REFUSED: 'Read the message, which is the server’s; run again.',
  SERVER_UNREACHABLE: 'Check the network, the proxy and `LUA_API_URL`; run again.',
  SERVER_INVALID:
    'Something between you and the server may answer for it (a proxy, a login page); look at `LUA_API_URL`.',
  NO_ENTRY: 'Declare `new LuaAgent({ name, persona })` in `src/index.ts`.',
  MANY_AGENTS: 'Keep one `LuaAgent` in the entry file.',
  SYNTAX: 'Correct the source at the place shown.',
  NOT_STATIC: 'Write the value as text, or build it of constants, imports and files.',
  UNRESOLVED: 'Correct the import or the name; run `npm install` if a package is missing.',
  COMPILE_FAILED: 'Each problem is listed with its place and a suggestion.',
  PROOF_FAILED: 'Please report it with the file: nothing was lost.',
  CONFLICT: 'The message lists what would be lost and the ways on.',
  FILE_CHANGED: 'Save your editor and run again.',
  FILE_REFUSED: 'Check permissions, disk space and links at the path that the message names.',
  PARTIAL: 'The report says which parts were done; run again for the rest.',
  INTERNAL: 'Run with `DEBUG=lua*` and report what it prints.',
  INTERRUPTED: 'Nothing more was applied; run again.',
}

/** A row for every code: what it exits with, what it means, what to do. */
export function errorCodesTable(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { exit, meaning }]) => `| \`${code}\` | ${exit} | ${meaning} | ${REMEDIES[code as ErrorCode]} |`,
  )
  return ['| code | exit | meaning | what to do |', '| --- | ---: | --- | --- |', ...rows].join('\n')
}
