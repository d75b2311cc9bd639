import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { agentSource } from './support/project.js'
import { cleanEnv, KEY, LUA, ROOT } from './support/run-lua.js'
import { Scene } from './support/scene.js'

interface Step {
  uses?: string
  run?: string
  env?: Record<string, string>
}

const README = readFileSync(join(ROOT, 'README.md'), 'utf8')

/** The code block below a heading that begins with these words. */
function recipe(heading: string): string {
  const [, block] = new RegExp(`\\n### ${heading}[^\\n]*\\n\\n\`\`\`\\w+\\n([\\s\\S]*?)\\n\`\`\`\\n`).exec(
    README,
  )!
  return block!
}

describe('the README', () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] }

  /** As GitHub and npm make them of headings. */
  const anchors = [...README.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

  it('links to its own headings, to the web, and to what is in the package', () => {
    const targets = [...README.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
    const strange = targets.filter(
      target =>
        !/^https:/.test(target) && !anchors.includes(target.replace(/^#/, '')) && !files.includes(target),
    )
    expect(targets).to.include('docs/diff.svg')
    expect(strange).to.deep.equal([])
  })

  it('names only files that there are', () => {
    const named = [...README.matchAll(/`(test\/[\w./-]+|[A-Z]+\.md)`/g)].map(([, file]) => file!)
    expect(named.length).to.be.greaterThan(10)
    expect(named.filter(file => !existsSync(join(ROOT, file)))).to.deep.equal([])
  })

  it('has a picture for light and dark screens that needs no font but a plain one', () => {
    const picture = readFileSync(join(ROOT, 'docs', 'diff.svg'), 'utf8')
    expect(picture)
      .to.include('prefers-color-scheme: dark')
      .and.to.match(/lua sync --undo<\/text>\s*<\/g>/)
    expect(picture).not.to.match(/[^\x20-\x7e\n]/)
  })
})

describe('the recipes of the README', () => {
  let scene: Scene
  let folder: string
  let clone: string
  beforeEach(async () => {
    scene = await Scene.open()
    folder = mkdtempSync(join(tmpdir(), 'lua-recipes-'))
    clone = join(folder, 'clone')
    mkdirSync(join(folder, 'bin'))
    stub('lua', `exec "${process.execPath}" "${LUA}" "$@"`)
    stub('npm', 'echo "npm $*"')
    // As the real one, it opens one pull request for a branch and no second one.
    stub(
      'gh',
      `echo "$GH_TOKEN $*" >> "${folder}/gh"; [ "$2" = list ] || [ $(grep -c create "${folder}/gh") = 1 ]`,
    )
    git(scene.project.root, 'init', '-q', '-b', 'main')
    git(scene.project.root, 'add', '--all')
    git(scene.project.root, 'commit', '-qm', 'start')
    git(folder, 'clone', '-q', '--bare', scene.project.root, 'hub.git')
    git(folder, 'clone', '-q', `file://${folder}/hub.git`, clone)
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true })
    await scene.close()
  })

  function stub(name: string, body: string): void {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(folder, 'bin', name), 0o755)
  }

  const env = (extra: Record<string, string> = {}) =>
    cleanEnv({
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      HOME: folder,
      LUA_API_URL: scene.server.url,
      GIT_AUTHOR_NAME: 'T',
      GIT_AUTHOR_EMAIL: 't@example.com',
      GIT_COMMITTER_NAME: 'T',
      GIT_COMMITTER_EMAIL: 't@example.com',
      ...extra,
    })
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', args, { cwd, env: env(), stdio: 'pipe', encoding: 'utf8' })
  const hub = (...args: string[]) => git(join(folder, 'hub.git'), ...args)
  const inHub = (branch: string) => hub('show', `${branch}:src/index.ts`)

  /** What a runner of GitHub Actions does: each step in a shell of its own, with its own environment alone. */
  async function night(): Promise<void> {
    const secrets = { 'secrets.LUA_API_KEY': KEY, 'github.token': 'token' } as Record<string, string>
    const workflow = parse(recipe('Every night'))
    for (const step of workflow.jobs.dashboard.steps as Step[]) {
      if (step.uses) {
        rmSync(clone, { recursive: true, force: true })
        git(folder, 'clone', '-q', '--depth', '50', `file://${folder}/hub.git`, clone)
        continue
      }
      const own = Object.entries(step.env ?? {}).map(([name, value]) => [
        name,
        value.replace(/\$\{\{ (\S+) \}\}/g, (_, secret) => secrets[secret]!),
      ])
      await shell(step.run!, { CI: 'true', ...Object.fromEntries(own) })
    }
  }

  async function run(program: string, args: string[], extra: Record<string, string>) {
    const child = spawn(program, args, { cwd: clone, env: env(extra) })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', data => {
        said += data
      })
    }
    const code = await new Promise(resolve => child.on('close', resolve))
    return { code, said }
  }

  async function shell(script: string, extra: Record<string, string> = {}): Promise<void> {
    const { code, said } = await run('bash', ['-e', '-c', script], extra)
    expect(code, `${script}\n${said}`).to.equal(0)
  }

  it('show what the dashboard changed on a branch, and on main nothing', async () => {
    scene.colleague('You help.\nKindly.')
    await night()
    expect(inHub('from-dashboard')).to.equal(agentSource({ persona: 'You help.\nKindly.' }))
    expect(inHub('main')).to.equal(agentSource())
    expect(hub('diff', '--name-only', 'main...from-dashboard')).to.equal('src/index.ts\n')

    scene.colleague('You help.\nKindly, and at once.')
    await night()
    expect(inHub('from-dashboard')).to.include('and at once.')
    expect(hub('rev-list', '--count', 'main..from-dashboard')).to.equal('1\n')
    expect(readFileSync(join(folder, 'gh'), 'utf8')).to.equal(
      'token pr create --fill\ntoken pr create --fill\ntoken pr list --head from-dashboard\n',
    )
  })

  it('show nothing on a night on which nothing was changed there', async () => {
    git(clone, 'checkout', '-q', 'main')
    writeFileSync(join(clone, 'src/index.ts'), agentSource({ persona: 'You help.\nFrom the code.' }))
    git(clone, 'commit', '-qam', 'work')
    git(clone, 'push', '-q', 'origin', 'main')
    await night()
    expect(hub('branch', '--list')).to.equal('* main\n')
  })

  it('stop a push that would leave drift behind, and no other', async () => {
    await shell(recipe('Before every push'))
    const push = () => run('git', ['push', 'origin', 'main'], { LUA_API_KEY: KEY })
    const before = hub('rev-parse', 'main')
    scene.colleague('You help.\nKindly.')
    git(clone, 'commit', '-q', '--allow-empty', '-m', 'work')
    const stopped = await push()
    expect(stopped.code).to.equal(1)
    expect(stopped.said).to.include('PERSONA DIFF')
    expect(hub('rev-parse', 'main')).to.equal(before)

    await shell('lua sync --pull && git commit --all --message "As in the dashboard"', { LUA_API_KEY: KEY })
    expect((await push()).code).to.equal(0)
    expect(inHub('main')).to.include('Kindly.')
  })
})
