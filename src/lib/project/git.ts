/**
 * What git remembers of a project's files. It only helps: without git, outside a repository, after two seconds or
 * on any failure the answer is that nothing is remembered.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path'
import { realPathOf } from '../files.js'

/** How long is waited for git, in milliseconds. A test of what it says waits longer, whatever else the machine does. */
export const patience = { milliseconds: 2000 }
/** More than any sane project's sources; what git prints beyond it is not read. */
const LIMIT_BYTES = 256 * 1024 * 1024

/**
 * The texts of files in HEAD; those it does not have are missing.
 * @param paths from the project's root, with `/`
 */
export async function committedTexts(root: string, paths: readonly string[]): Promise<Map<string, string>> {
  const found = await objects(
    root,
    paths.map(path => `HEAD:./${path}`),
  )
  return new Map(
    paths.flatMap((path, index) => {
      const file = found[index]
      return file === undefined ? [] : [[path, file.bytes.toString('utf8')] as const]
    }),
  )
}

/**
 * Every file in a folder and below that git knows or would not ignore, from the folder, with `/`; a repository
 * inside this one, a submodule too, is one entry that ends with `/`. Undefined where git cannot answer.
 */
export async function repositoryFiles(folder: string): Promise<string[] | undefined> {
  const args = ['ls-files', '--stage', '--others', '--exclude-standard', '-z']
  const answer = await git(folder, args)
  return answer?.toString('utf8').split('\0').filter(Boolean).map(pathOfEntry)
}

/** `<mode> <hash> <stage>\t<path>` of a file in the index; what git does not track is a path alone. */
function pathOfEntry(entry: string): string {
  const [, mode, path] = /^(\d{6}) [0-9a-f]{40,64} \d\t(.*)$/s.exec(entry) ?? []
  if (path === undefined) return entry
  return mode === '160000' ? `${path}/` : path
}

/** Files in the index of a folder that lie at or below a path of it, from the folder, with `/`; none without git. */
export async function trackedFiles(folder: string, path: string): Promise<string[]> {
  const answer = await git(folder, ['ls-files', '--cached', '-z', '--', path])
  return answer?.toString('utf8').split('\0').filter(Boolean) ?? []
}

/** The content of a file as git has it. */
export interface GitFile {
  /** The same for the same content. */
  id: string
  bytes: Buffer
}

/** Files by git's names for them, in one go; undefined for those that are missing or no files. */
export async function objects(
  folder: string,
  names: readonly string[],
  deadline?: number,
): Promise<(GitFile | undefined)[]> {
  // One name a line: a name that holds a line break can only be answered wrongly.
  if (names.length === 0 || names.some(name => /[\n\0]/.test(name))) return []
  const input = `${names.join('\n')}\n`
  // In a partial clone it ends at the first content that is not there; those before it are as good as ever.
  const answer = await git(folder, ['cat-file', '--batch'], { input, deadline, evenIfFailed: true })
  return answer === undefined ? [] : parseBatch(answer, names.length)
}

/** Reads `<id> <type> <size>\n<content>\n`, or one line without a size for what is missing, `count` times. */
function parseBatch(answer: Buffer, count: number): (GitFile | undefined)[] {
  const found: (GitFile | undefined)[] = []
  for (let at = 0; found.length < count && at < answer.length; ) {
    const end = answer.indexOf(0x0a, at)
    if (end < 0) break
    const [, id = '', type, size] =
      /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(answer.toString('latin1', at, end)) ?? []
    at = end + 1
    if (type === undefined) {
      found.push(undefined)
      continue
    }
    found.push(type === 'blob' ? { id, bytes: answer.subarray(at, at + Number(size)) } : undefined)
    at += Number(size) + 1
  }
  return found
}

interface GitOptions {
  input?: string
  /** Of `performance.now()`. */
  deadline?: number
  /** Also what a git that failed has printed. */
  evenIfFailed?: boolean
  /** Also what it has printed by the deadline. */
  evenIfLate?: boolean
}

/**
 * The one door to git: runs it in a folder, without a shell and without trust. Whoever made the checkout may have
 * written its `.git/config`, its attributes and any folder that looks like a repository, so everything by which these
 * could run a command, ask, lock or fetch is off. Ask it only what is read from objects and the index: a question that
 * reads the working tree as git would commit it (`status`, `diff`, `ls-files -m`) runs the filters of the repository.
 * @returns undefined on any failure, outside a repository, and when the deadline has passed
 */
export function git(
  folder: string,
  args: readonly string[],
  {
    input = '',
    deadline = performance.now() + patience.milliseconds,
    evenIfFailed = false,
    evenIfLate = false,
  }: GitOptions = {},
): Promise<Buffer | undefined> {
  const top = repositoryAbove(folder)
  if (top === undefined) return Promise.resolve(undefined)
  const child = spawn('git', [...WITHOUT_TRUST, ...args], {
    cwd: folder,
    env: gitEnvironment(top),
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  })
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let length = 0
    const end = (answer?: Buffer) => {
      clearTimeout(timer)
      resolve(answer)
    }
    const giveUp = () => {
      child.kill('SIGKILL')
      // A helper of git's may live on and hold the pipe; it must not hold us.
      child.stdout.destroy()
      child.unref()
      end(evenIfLate ? Buffer.concat(chunks) : undefined)
    }
    const timer = setTimeout(giveUp, deadline - performance.now())
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length > LIMIT_BYTES) giveUp()
    })
    // A git that ends early closes the pipe; its exit code says all there is to say.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', () => end())
    child.on('close', code => end(code === 0 || evenIfFailed ? Buffer.concat(chunks) : undefined))
  })
}

const WITHOUT_TRUST = [
  '--no-pager',
  '--literal-pathspecs',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.pager=cat',
    'core.askPass=',
    'core.sshCommand=false',
    'core.alternateRefsCommand=false',
    'credential.helper=',
    'diff.external=',
    'gpg.program=false',
    'gpg.ssh.program=false',
    'gpg.x509.program=false',
    'log.showSignature=false',
    'protocol.allow=never',
    'safe.bareRepository=explicit',
    'submodule.recurse=false',
  ].flatMap(setting => ['-c', setting]),
]

/**
 * The folder with the `.git` that git would find from here. None where git would take a folder on the way for a bare
 * repository: such a one may have been committed, with a configuration of its own. (Older gits know no
 * `safe.bareRepository`.)
 */
export function repositoryAbove(start: string): string | undefined {
  const resolved = realPathOf(start)
  if (resolved === undefined) return undefined
  for (let folder = resolved; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (folder === dirname(folder) || looksBare(folder)) return undefined
  }
}

function looksBare(folder: string): boolean {
  return ['HEAD', 'objects', 'refs'].every(name => existsSync(join(folder, name)))
}

/**
 * The environment without anything that is said to git (we may run in a hook of another repository), without
 * programs that the checkout itself brings, and with everything off that asks, locks or fetches.
 */
function gitEnvironment(top: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).flatMap(([name, value = '']) => {
    if (/^GIT_/i.test(name) && !KEPT.has(name)) return []
    return [[name, /^path$/i.test(name) ? trustedPath(value, top) : value]]
  })
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // Windows looks for a program in the current folder first.
    NoDefaultCurrentDirectoryInExePath: '1',
  }
}

/** Where git looks for a repository, and for the person's own settings. */
const KEPT = new Set([
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
])

function trustedPath(value: string, top: string): string {
  const folders = value.split(delimiter).filter(folder => isAbsolute(folder) && !isBelow(top, folder))
  return folders.join(delimiter)
}

function isBelow(top: string, folder: string): boolean {
  const real = realPathOf(folder) ?? folder
  return real === top || real.startsWith(top.endsWith(sep) ? top : top + sep)
}
