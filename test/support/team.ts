/**
 * Days of a team: two clones of one agent, a dashboard, git between the clones, and an oracle that knows which of the
 * server's texts each working tree has truly seen. Texts are five rules; every change writes a new one in place of a
 * rule, so what a text holds can be told rule by rule, without merging or comparing texts.
 */

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { LuaError } from '../../src/lib/errors.js'
import { patience } from '../../src/lib/project/git.js'
import type { ComponentDrift, SyncResult } from '../../src/lib/sync/model.js'
import type { SyncRequest } from '../../src/lib/sync/sync.js'
import { inProcess, undoInProcess } from './in-process.js'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  seedAgent,
  seedVersion,
  startLuaServer,
} from './lua-server.js'
import { agentSource, CONFIG } from './project.js'

const run = promisify(execFile)
const RULES = 5
/** Five rules, each the name of whoever wrote it last. */
type Rules = string[]

const textOf = (rules: Rules) =>
  rules.map((rule, index) => `Rule ${index}: ${rule}.`).join('\n\nSo be it.\n\n')
const rulesOf = (text: string): Rules => Array.from(text.matchAll(/Rule \d: (\w+)\./g), ([, rule]) => rule!)
const same = (one: Rules, other: Rules) => one.join() === other.join()

/** What a working tree has seen of the server, and what was seen at each commit of it. */
interface Tree {
  folder: string
  /** The newest version that it truly descends from: an index into the versions. */
  seen: number
  stashed?: number
  /** What sync was last told that both sides agree on, at which commit, and what the code was then. */
  agreed?: { version: number; commit: string; code: Rules }
  /** What an undo would take back, the newest last. */
  done: Deed[]
  /** Versions that an undo here has taken back: nobody here descends from them, but from what was seen before. */
  takenBack: Map<number, number>
}

/** What sync did, and what there was before. */
interface Deed extends Pick<Tree, 'seen' | 'agreed'> {
  code: Rules
  /** What it wrote into the code, if anything. */
  wrote?: Rules
  /** What it pushed, if anything, and the version that was the latest. */
  pushed?: Rules
  version: number
}

class Team {
  readonly versions: Rules[] = []
  private readonly trees: Tree[]
  /** What had been seen at a commit, and what it has. */
  private readonly commits = new Map<string, { seen: number; rules: Rules }>()
  private readonly histories = new Map<string, string[]>()
  private written = 0
  /** How often what was done, refused or found. */
  readonly met = new Map<string, number>()

  private constructor(
    private readonly top: string,
    private readonly server: LuaServer,
    private readonly clock: { now: number },
  ) {
    this.trees = ['ann', 'bob'].map(name => ({
      folder: join(top, name),
      seen: 0,
      done: [],
      takenBack: new Map(),
    }))
  }

  /** A day begins with two clones of what the server has. @param template made by `teamTemplate` */
  static async open(template: string): Promise<Team> {
    const top = realpathSync(mkdtempSync(join(tmpdir(), 'lua-team-')))
    cpSync(template, top, { recursive: true })
    // Every version is newer than those before it, whoever made it.
    const clock = { now: Date.now() }
    const server = await startLuaServer({ state: newState(), now: () => ++clock.now })
    const team = new Team(top, server, clock)
    seedAgent(server.state, { name: 'Test Agent', personas: [textOf(FIRST)] })
    team.versions.push(FIRST)
    team.commits.set(await team.head(team.trees[0]!), { seen: 0, rules: FIRST })
    return team
  }

  async close(): Promise<void> {
    rmSync(this.top, { recursive: true, force: true })
    await this.server.close()
  }

  /** One thing that somebody does; then sync must stand where the oracle says, in both clones' eyes of it. */
  async take(deed: string, who: number, pick: number): Promise<void> {
    const tree = this.trees[who]!
    await DEEDS[deed]!(this, tree, pick)
    await this.expectState(tree)
  }

  count(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1)
  }

  get latest(): number {
    return this.versions.length - 1
  }

  async git(tree: Tree, ...args: string[]): Promise<string> {
    const { stdout } = await run('git', [...SETTINGS, ...args], { cwd: tree.folder, env: ENVIRONMENT })
    return stdout.trim()
  }

  /** As `git`, but a conflict or nothing to do is an answer. */
  async tryGit(tree: Tree, ...args: string[]): Promise<boolean> {
    try {
      await this.git(tree, ...args)
      return true
    } catch {
      return false
    }
  }

  /** Without asking git, which takes most of the time of a day. */
  async head(tree: Tree): Promise<string> {
    const read = (path: string) => readFileSync(join(tree.folder, '.git', path), 'utf8').trim()
    const named = read('HEAD')
    return named.startsWith('ref: ') ? read(named.slice(5)) : named
  }

  branch(tree: Tree): string {
    return readFileSync(join(tree.folder, '.git/HEAD'), 'utf8').trim().split('/').at(-1)!
  }

  rules(tree: Tree): Rules {
    return rulesOf(readFileSync(join(tree.folder, 'src/index.ts'), 'utf8'))
  }

  /** A rule that nobody has written before. */
  changed(rules: Rules, pick: number): Rules {
    this.written += 1
    return rules.with(pick % RULES, `new${this.written}`)
  }

  type(tree: Tree, rules: Rules): void {
    writeFileSync(join(tree.folder, 'src/index.ts'), agentSource({ persona: textOf(rules) }))
  }

  dashboard(rules: Rules): void {
    const agent = this.server.state.agents[DEFAULT_AGENT]!
    seedVersion(agent, { persona: textOf(rules), createdDate: ++this.clock.now })
    this.versions.push(rules)
  }

  async isClean(tree: Tree): Promise<boolean> {
    return same(this.rules(tree), this.commits.get(await this.head(tree))!.rules)
  }

  seenAt(commit: string): number {
    return this.commits.get(commit)?.seen ?? 0
  }

  /** The working tree is what HEAD is, after git moved it there. */
  async arrived(tree: Tree, alsoSeen = 0): Promise<void> {
    const commit = await this.head(tree)
    tree.seen = Math.max(this.commits.get(commit)?.seen ?? 0, alsoSeen)
    await this.learn(tree, commit)
  }

  /** What a commit has, and at least what the tree that made it had seen. */
  async learn(tree: Tree, commit: string): Promise<void> {
    if (this.commits.has(commit)) return
    const source = await this.git(tree, 'show', `${commit}:src/index.ts`)
    this.commits.set(commit, { seen: tree.seen, rules: rulesOf(source) })
  }

  /** Runs sync and holds what it did against what the tree had seen. */
  async sync(tree: Tree, request: SyncRequest): Promise<void> {
    const [before, code] = [this.latest, this.rules(tree)]
    const server = this.versions[before]!
    const { status, failure } = await this.asked(tree, request)
    const name = [request.mode, ...(request.force ? ['force'] : []), ...(request.push ? ['push'] : [])].join(
      ' ',
    )
    this.count(`${name}: ${failure ? failure.exitCode : status}`)
    if (failure && failure.exitCode !== 21) throw failure
    const isCreated = this.learnVersions()
    const now = this.rules(tree)
    if (failure) {
      if (!same(code, now) || isCreated) throw new Error('a refusal changed something')
      return this.agreedNow(tree)
    }
    if (!request.force) this.expectNothingLost(tree, { code, now, server, before })
    const isWritten = !same(code, now)
    if (isWritten || isCreated) {
      const { seen, agreed } = tree
      const did = { ...(isWritten ? { wrote: now } : {}), ...(isCreated ? { pushed: now } : {}) }
      tree.done.push({ seen, agreed, code, version: before, ...did })
    }
    if (isWritten || isCreated || same(now, server)) {
      tree.seen = this.latest
      const version = isCreated ? this.latest : before
      tree.agreed = { version, commit: await this.head(tree), code: now }
    }
    await this.agreedNow(tree)
  }

  private asked(tree: Tree, request: SyncRequest): Promise<SyncResult> {
    return inProcess({ root: tree.folder, url: this.server.url }, request)
  }

  /** Were versions made on the server that nobody here knows of? */
  private learnVersions(): boolean {
    const created = this.server.state.agents[DEFAULT_AGENT]!.personaVersions.slice(this.versions.length)
    for (const { persona } of created) this.versions.push(rulesOf(String(persona)))
    return created.length > 0
  }

  /** Takes the last deed of sync back, or is told that something came after it. */
  async undo(tree: Tree): Promise<void> {
    const [code, latest] = [this.rules(tree), this.latest]
    const server = this.versions[latest]!
    const last = tree.done.at(-1)
    const undone = await undoInProcess({ root: tree.folder, url: this.server.url }, false).catch(error => {
      if (!(error instanceof LuaError) || error.exitCode !== 21) throw error
      return error
    })
    const isCreated = this.learnVersions()
    const now = this.rules(tree)
    if (!last || undone === undefined || undone instanceof LuaError) {
      if (!same(code, now) || isCreated) throw new Error('an undo that was refused changed something')
      if ((last === undefined) !== (undone === undefined)) throw new Error('nothing, or something, to undo')
      if (undone) this.count('undo: 21')
      return
    }
    this.count('undo: done')
    const former = this.versions[last.version]!
    // Code that is as it was before already has nothing to lose.
    if (last.wrote && !same(code, last.wrote) && !same(code, last.code))
      throw new Error('an undo took back later work in the code')
    if (last.pushed && !same(server, last.pushed) && !same(server, former))
      throw new Error('an undo took back later work on the server')
    if (!same(now, last.wrote ? last.code : code)) throw new Error('an undo left other code')
    if (!same(this.versions[this.latest]!, last.pushed ? former : server))
      throw new Error('an undo left another text on the server')
    tree.done.pop()
    for (let version = last.version + 1; last.pushed && version <= latest; version++)
      if (same(this.versions[version]!, last.pushed)) tree.takenBack.set(version, last.seen)
    tree.seen = Math.max(last.seen, this.seenAt(await this.head(tree)))
    tree.agreed = last.agreed
    await this.agreedNow(tree)
  }

  /** The newest version that a tree has seen and not taken back. */
  private standing({ seen, takenBack }: Tree): number {
    let version = seen
    for (let before = takenBack.get(version); before !== undefined; before = takenBack.get(version))
      version = before
    return version
  }

  private expectNothingLost(
    tree: Tree,
    { code, now, server, before }: { code: Rules; now: Rules; server: Rules; before: number },
  ): void {
    const base = this.versions[this.standing(tree)]!
    // What the code had of its own is still in the code or on the server.
    const own = code.filter((rule, at) => rule !== base[at])
    const kept = new Set([...now, ...this.versions.flat()])
    const lost = own.filter(rule => !kept.has(rule))
    if (lost.length > 0) throw new Error(`local rules were lost: ${lost}`)
    if (!same(code, now) && !same(code, base) && !this.holds(base, now, code)) {
      throw new Error(`local work was taken back: ${code} → ${now}, seen ${base}`)
    }
    // What the server had that this tree has never seen is in what was pushed.
    if (this.latest > before && !this.holds(base, this.versions[this.latest]!, server)) {
      throw new Error(`a push reverted ${server} to ${this.versions[this.latest]}, seen ${base}`)
    }
  }

  /** Is every change from `base` to `theirs` in `ours`? */
  holds(base: Rules, ours: Rules, theirs: Rules): boolean {
    return theirs.every((rule, at) => rule === base[at] || rule === ours[at])
  }

  /** Sync remembers what both sides agree on whenever it sees it. */
  private async agreedNow(tree: Tree): Promise<void> {
    const code = this.rules(tree)
    if (!same(code, this.versions[this.latest]!)) return
    tree.seen = this.latest
    const commit = this.commits.get(await this.head(tree))!
    if (same(commit.rules, code)) commit.seen = this.latest
    tree.agreed = { version: this.latest, commit: await this.head(tree), code }
  }

  /** A check names the state that follows from what can be known, and claims nothing that was never seen. */
  private async expectState(tree: Tree): Promise<void> {
    const expected = await this.knowable(tree)
    const code = this.rules(tree)
    const server = this.versions[this.latest]!
    const { components } = await this.asked(tree, { mode: 'check' })
    const persona = components.find(({ component }) => component === 'persona')!
    const state = this.stateFrom(code, server, this.versions[expected]!)
    this.count(state)
    await this.agreedNow(tree)
    if (persona.state !== state) throw this.wrong(tree, persona, `${state}, from version ${expected + 1}`)
    const base = persona.base?.version
    if (
      base !== undefined &&
      base - 1 > tree.seen &&
      !same(this.versions[base - 1]!, this.versions[this.standing(tree)]!)
    ) {
      throw this.wrong(tree, persona, `nothing newer than version ${tree.seen + 1} was seen`)
    }
  }

  private wrong(tree: Tree, { state, base }: ComponentDrift, expected: string): Error {
    const named = `${state} from version ${base?.version} (${base?.from})`
    const versions = this.versions.map(rules => rules.join(' ')).join(' | ')
    return new Error(
      `${named}, but expected ${expected}; versions ${versions}; code ${this.rules(tree).join(' ')}`,
    )
  }

  private stateFrom(code: Rules, server: Rules, base: Rules): string {
    if (same(code, server)) return 'in-sync'
    if (same(base, server)) return 'ahead'
    if (same(code, base)) return 'behind'
    return this.holds(base, code, server) ? 'ahead' : 'diverged'
  }

  private async history(tree: Tree): Promise<string[]> {
    const head = await this.head(tree)
    const known = this.histories.get(head)
    if (known) return known
    const order = (await this.git(tree, 'rev-list', '--reverse', '--date-order', head)).split('\n')
    this.histories.set(head, order)
    return order
  }

  /** The newest version that commits, the memory of this clone and the working tree can tell. */
  private async knowable(tree: Tree): Promise<number> {
    const order = await this.history(tree)
    for (const commit of order) await this.learn(tree, commit)
    const lineage = order.map(commit => this.commits.get(commit)!.rules)
    const code = this.rules(tree)
    const steps: { rules: Rules; version?: number }[] = lineage.map(rules => ({ rules }))
    const { agreed } = tree
    const at = agreed ? order.indexOf(agreed.commit) : -1
    if (agreed && at >= 0) {
      const committed = this.commits.get(agreed.commit)!.rules
      const isCommitted = lineage.some(rules => same(rules, agreed.code))
      const stands =
        same(code, agreed.code) || (!same(code, committed) && this.holds(committed, code, agreed.code))
      if (isCommitted || stands) {
        steps.splice(at + 1, 0, { rules: this.versions[agreed.version]!, version: agreed.version })
      }
    }
    let cursor = 0
    const { takenBack } = tree
    for (const { rules, version } of [...steps, { rules: code, version: undefined }]) {
      const found = this.versions.findIndex(
        (each, index) => index >= cursor && !takenBack.has(index) && same(each, rules),
      )
      if (version !== undefined && version >= cursor && !takenBack.has(version)) cursor = version
      else if (found >= 0) cursor = found
    }
    return cursor
  }
}

const FIRST: Rules = Array.from({ length: RULES }, (_, at) => `first${at}`)
const SETTINGS = [
  'user.name=T',
  'user.email=t@example.com',
  'advice.detachedHead=false',
  'gc.auto=0',
].flatMap(setting => ['-c', setting])
const ENVIRONMENT = {
  ...process.env,
  GIT_EDITOR: 'true',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
}

/** The folders with which every day begins, to be copied: an origin and two clones of it. */
async function teamTemplate(): Promise<string> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'lua-team-')))
  const git = (folder: string, ...args: string[]) =>
    run('git', [...SETTINGS, ...args], { cwd: join(top, folder), env: ENVIRONMENT })
  mkdirSync(join(top, 'ann/src'), { recursive: true })
  writeFileSync(join(top, 'ann/lua.skill.yaml'), CONFIG)
  writeFileSync(join(top, 'ann/.gitignore'), '.lua\n')
  writeFileSync(join(top, 'ann/src/index.ts'), agentSource({ persona: textOf(FIRST) }))
  await git('ann', 'init', '-q', '-b', 'main', '--template=')
  await git('ann', 'add', '.')
  await git('ann', 'commit', '-qm', 'start')
  await git('ann', 'branch', 'work')
  await git('.', 'clone', '-q', '--bare', '--template=', 'ann', 'origin')
  await git('.', 'clone', '-q', '--template=', 'origin', 'bob')
  await git('bob', 'branch', 'work')
  for (const folder of ['ann', 'bob']) {
    await git(folder, 'config', 'remote.origin.url', '../origin')
    await git(folder, 'config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*')
  }
  return top
}

const other = (branch: string) => (branch === 'main' ? 'work' : 'main')

/** Git joins another history with this one, or nothing happens. */
async function joinHistory(team: Team, tree: Tree, how: 'merge' | 'rebase', what: string): Promise<void> {
  if (!(await team.isClean(tree)) || !(await team.tryGit(tree, 'rev-parse', '--verify', '-q', what))) return
  const theirs = await team.git(tree, 'rev-parse', what)
  const { seen } = tree
  const done =
    how === 'merge'
      ? await team.tryGit(tree, 'merge', '-q', '--no-edit', what)
      : await team.tryGit(tree, 'rebase', '-q', what)
  if (!done) {
    await team.git(tree, how, '--abort')
    return
  }
  team.count(how)
  await team.arrived(tree, Math.max(seen, team.seenAt(theirs)))
}

/** Everything that somebody does on a day. */
const DEEDS: Record<string, (team: Team, tree: Tree, pick: number) => Promise<void>> = {
  check: (team: Team, tree: Tree) => team.sync(tree, { mode: 'check' }),
  pull: (team: Team, tree: Tree) => team.sync(tree, { mode: 'pull' }),
  push: (team: Team, tree: Tree) => team.sync(tree, { mode: 'push' }),
  merge: (team: Team, tree: Tree) => team.sync(tree, { mode: 'merge' }),
  'merge --push': (team: Team, tree: Tree) => team.sync(tree, { mode: 'merge', push: true }),
  'pull --force': (team: Team, tree: Tree) => team.sync(tree, { mode: 'pull', force: true }),
  'push --force': (team: Team, tree: Tree) => team.sync(tree, { mode: 'push', force: true }),
  undo: (team: Team, tree: Tree) => team.undo(tree),
  edit: async (team: Team, tree: Tree, pick: number) => team.type(tree, team.changed(team.rules(tree), pick)),
  dashboard: async (team: Team, _tree: Tree, pick: number) =>
    team.dashboard(team.changed(team.versions[team.latest]!, pick)),
  'pull and commit': async (team: Team, tree: Tree) => {
    await team.sync(tree, { mode: 'pull' })
    if (!(await team.isClean(tree))) await DEEDS.commit!(team, tree, 0)
  },
  /** Of whatever was changed; of a new edit where nothing was. */
  commit: async (team: Team, tree: Tree, pick: number) => {
    if (await team.isClean(tree)) team.type(tree, team.changed(team.rules(tree), pick))
    await team.git(tree, 'commit', '-qam', 'work')
    await team.learn(tree, await team.head(tree))
  },
  branch: async (team: Team, tree: Tree) => {
    if (!(await team.isClean(tree))) return
    await team.git(tree, 'checkout', '-q', other(team.branch(tree)))
    team.count('branch')
    await team.arrived(tree)
  },
  'checkout file': async (team: Team, tree: Tree) => {
    await team.git(tree, 'checkout', '-q', '--', 'src')
    await team.arrived(tree)
  },
  stash: async (team: Team, tree: Tree) => {
    if (await team.isClean(tree)) return
    await team.tryGit(tree, 'stash', 'drop', '-q')
    await team.git(tree, 'stash', '-q')
    tree.stashed = tree.seen
    team.count('stash')
    await team.arrived(tree)
  },
  'stash pop': async (team: Team, tree: Tree) => {
    if (tree.stashed === undefined || !(await team.isClean(tree))) return
    if (!(await team.tryGit(tree, 'stash', 'pop', '-q'))) {
      await team.git(tree, 'reset', '-q', '--hard')
      await team.git(tree, 'stash', 'drop', '-q')
      await team.arrived(tree)
    } else tree.seen = Math.max(tree.seen, tree.stashed)
    tree.stashed = undefined
  },
  'git merge': async (team: Team, tree: Tree) => joinHistory(team, tree, 'merge', other(team.branch(tree))),
  'git rebase': async (team: Team, tree: Tree) => joinHistory(team, tree, 'rebase', other(team.branch(tree))),
  'git pull': async (team: Team, tree: Tree) => {
    await team.git(tree, 'fetch', '-q')
    await joinHistory(team, tree, 'merge', 'origin/main')
  },
  'git push': async (team: Team, tree: Tree) => {
    if (await team.tryGit(tree, 'push', '-q', 'origin', 'HEAD:main')) team.count('git push')
  },
  revert: async (team: Team, tree: Tree) => {
    if (!(await team.isClean(tree)) || !(await team.tryGit(tree, 'rev-parse', '-q', '--verify', 'HEAD~1')))
      return
    const { seen } = tree
    if (await team.tryGit(tree, 'revert', '--no-edit', 'HEAD')) {
      team.count('revert')
      await team.arrived(tree, seen)
    } else await team.tryGit(tree, 'revert', '--abort')
  },
}

const DEED_NAMES = Object.keys(DEEDS)

const step = fc.record({
  deed: fc.constantFrom(...DEED_NAMES),
  who: fc.nat({ max: 1 }),
  pick: fc.nat({ max: 100 }),
})

/** So many days are under way at once: most of the time is git's. */
const AT_ONCE = 3

/**
 * Lives so many random days, and fails on the first on which something is lost or a state named wrongly.
 * @returns how often what was done, refused and found
 */
export async function liveDays(days: number, seed: number): Promise<Map<string, number>> {
  // However busy the machine is: a git that is late is not what these days are about.
  const { milliseconds } = patience
  patience.milliseconds = 600_000
  const template = await teamTemplate()
  const met = new Map<string, number>()
  const live = async (steps: { deed: string; who: number; pick: number }[]) => {
    const team = await Team.open(template)
    try {
      for (const { deed, who, pick } of steps) await team.take(deed, who, pick)
    } finally {
      await team.close()
    }
    for (const [what, times] of team.met) met.set(what, (met.get(what) ?? 0) + times)
  }
  const day = fc.array(step, { minLength: 4, maxLength: 12 })
  const lanes = Array.from({ length: AT_ONCE }, (_, lane) =>
    fc.assert(fc.asyncProperty(day, live), { seed: seed + lane, numRuns: Math.ceil(days / AT_ONCE) }),
  )
  try {
    await Promise.all(lanes)
    return met
  } finally {
    await Promise.allSettled(lanes)
    patience.milliseconds = milliseconds
    rmSync(template, { recursive: true, force: true })
  }
}
