/**
 * The README's tables of exit codes and error codes.
 */

import { ERROR_CODES, type ErrorCode, EXIT_CODES } from '../src/lib/errors.js'

const REFERENCE: Record<ErrorCode, { meaning: string; remedy: string }> = {
  USAGE: {
    meaning: 'the command line is wrong',
    remedy: 'Read the message: it names the flag. `lua sync --help` lists them all.',
  },
  NO_PROJECT: {
    meaning: 'no lua.skill.yaml here or in a folder above',
    remedy: 'Go to the folder of the project, or name it with `--cwd`.',
  },
  PROJECT_INVALID: {
    meaning: 'lua.skill.yaml cannot be read, or lacks what is needed',
    remedy: 'Mend the file at the place that the message names, or restore it from git.',
  },
  PROMPT_NEEDED: {
    meaning: 'a decision is needed and nobody can be asked',
    remedy: 'Say what to do with `--check`, `--pull` or `--push`.',
  },
  INSECURE_URL: {
    meaning: 'LUA_API_URL is not a URL that the key may be sent to',
    remedy: 'Use an https URL; plain http is for loopback, or with `LUA_ALLOW_HTTP=1`.',
  },
  LOCKED: {
    meaning: 'another run is working in this project',
    remedy: 'Wait for the process that the message names, or end it.',
  },
  SERVER_NOT_FOUND: {
    meaning: 'the server does not know this agent',
    remedy: 'Check `agent.agentId` in `lua.skill.yaml`, and that the key belongs to the same organization.',
  },
  NO_KEY: {
    meaning: 'no API key was found',
    remedy: 'Set `LUA_API_KEY`, or write `~/.lua-cli/credentials` or a `.env`.',
  },
  KEY_REJECTED: {
    meaning: 'the server did not accept the API key',
    remedy: 'The key is wrong or was revoked: make a new one in the dashboard.',
  },
  NOT_ADMIN: {
    meaning: 'the server knows the API key, but the agent belongs to somebody else',
    remedy: "Use a key of the agent's organization, or correct `agent.agentId`.",
  },
  FORBIDDEN: {
    meaning: 'the API key may not do this',
    remedy: 'Ask an admin of the organization for access to this agent.',
  },
  SERVER_REFUSED: {
    meaning: 'the server refused the request',
    remedy: 'Read the message, which is the server’s; run again.',
  },
  SERVER_UNREACHABLE: {
    meaning: 'the server could not be reached',
    remedy: 'Check the network, the proxy and `LUA_API_URL`; run again.',
  },
  SERVER_INVALID: {
    meaning: 'the server answered something that cannot be understood',
    remedy:
      'Something between you and the server may answer for it (a proxy, a login page); look at `LUA_API_URL`.',
  },
  NO_ENTRY: {
    meaning: 'no source file declares a LuaAgent',
    remedy: 'Declare `new LuaAgent({ name, persona })` in `src/index.ts`.',
  },
  MANY_AGENTS: {
    meaning: 'more than one LuaAgent is declared',
    remedy: 'Keep one `LuaAgent` in the entry file.',
  },
  SYNTAX: {
    meaning: 'a source file cannot be parsed',
    remedy: 'Correct the source at the place shown.',
  },
  NOT_STATIC: {
    meaning: 'a value cannot be known without running the code',
    remedy:
      'Write the value as text, or build it of constants, imports and files; or have it computed: `--compute`.',
  },
  UNRESOLVED: {
    meaning: 'an import or a name cannot be resolved',
    remedy: 'Correct the import or the name; run `npm install` if a package is missing.',
  },
  COMPILE_FAILED: {
    meaning: 'the project does not compile',
    remedy: 'Each problem is listed with its place and a suggestion.',
  },
  PROOF_FAILED: {
    meaning: 'a rewritten source did not read back as intended, so it was not written',
    remedy: 'Please report it with the file: nothing was lost.',
  },
  CONFLICT: {
    meaning: 'going on would destroy work',
    remedy: 'The message lists what would be lost and the ways on.',
  },
  FILE_CHANGED: {
    meaning: 'a file changed while it was being worked on',
    remedy: 'Save your editor and run again.',
  },
  FILE_REFUSED: {
    meaning: 'a file may not, or cannot, be read or written',
    remedy: 'Check permissions, disk space and links at the path that the message names.',
  },
  PARTIAL: {
    meaning: 'some parts were done and some were not',
    remedy: 'The report says which parts were done; run again for the rest.',
  },
  INTERNAL: {
    meaning: 'a bug in this tool',
    remedy: 'Run with `DEBUG=lua*` and report what it prints.',
  },
  INTERRUPTED: {
    meaning: 'stopped by the user',
    remedy: 'Nothing more was applied; run again.',
  },
}

/** A row for every code: what it exits with, what it means, what to do. */
export function errorCodesTable(): string {
  const rows = Object.entries(REFERENCE).map(
    ([code, { meaning, remedy }]) =>
      `| \`${code}\` | ${ERROR_CODES[code as ErrorCode]} | ${meaning} | ${remedy} |`,
  )
  return ['| code | exit | meaning | what to do |', '| --- | ---: | --- | --- |', ...rows].join('\n')
}

/** A row for every exit code. */
export function exitCodesTable(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`)
  return ['| code | meaning |', '| ---: | --- |', ...rows].join('\n')
}
