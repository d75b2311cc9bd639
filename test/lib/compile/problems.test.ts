import { relative } from 'node:path'
import { expect } from 'chai'
import { type CompileResult, compileProject } from '../../../src/lib/compile/index.js'
import { LuaError } from '../../../src/lib/errors.js'
import { compileProjectOf, type ProjectOptions } from '../../support/compile-fixture.js'

const HEAD = `import { LuaAgent, LuaJob, LuaMCPServer, LuaSkill, LuaWebhook, PreProcessor } from 'lua-cli'
import { z } from 'zod'
const execute = async () => 1
`
const agent = (lists: string) => `export const agent = new LuaAgent({ name: 'a', persona: 'p', ${lists} })\n`
const tool = (fields = '') => `{ name: 't', description: 'd', inputSchema: z.object({}), execute, ${fields} }`
const skill = (tools: string) =>
  `skills: [new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [${tools}] })]`
const job = (schedule: string) => `jobs: [new LuaJob({ name: 'j', description: 'd', execute, ${schedule} })]`
const server = (fields: string) => `mcpServers: [new LuaMCPServer({ name: 'm', ${fields} })]`

/** `src/index.ts` with what is wrong in it, and what is said: each problem as `line:column message → hint`. */
interface Case {
  what: string
  index: string
  files?: Record<string, string>
  options?: ProjectOptions
  says: RegExp[]
  code?: string
}

/** A module that makes a tool and imports the one that imports it. */
const cycle = (before: string, after: string) => `import { z } from 'zod'
import { label } from './index'
${before} { name: 't', description: 'd', inputSchema: z.object({}), execute: async () => label } ${after}
`

const CASES: Case[] = [
  {
    what: 'a job without a schedule',
    index: agent(job('')),
    says: [/^4:\d+ The job "j" has no schedule\. → Say when/],
  },
  {
    what: 'a schedule of an unknown type',
    index: agent(job("schedule: { type: 'corn', expression: '* * * * *' }")),
    says: [
      /^4:\d+ "corn" is no type of schedule; did you mean "cron"\? → The types are "cron", "interval", "once"\./,
    ],
  },
  {
    what: 'a schedule without a type',
    index: agent(job("schedule: { expression: '* * * * *' }")),
    says: [/The schedule of the job "j" has no `type`\. →/],
  },
  {
    what: 'a field that a cron schedule does not have',
    index: agent(job("schedule: { type: 'cron', pattern: '0 9 * * *' }")),
    says: [
      /^4:\d+ `pattern` is not a field of a cron schedule; did you mean `expression`\? → Its fields are/,
    ],
  },
  {
    what: 'a field that an interval does not have',
    index: agent(job("schedule: { type: 'interval', seconds: 5, colour: 'red' }")),
    says: [/`colour` is not a field of an interval schedule\. →/],
  },
  {
    what: 'a field like one that the schedule has already',
    index: agent(job("schedule: { type: 'cron', expression: '* * * * *', expresion: '0 9 * * *' }")),
    says: [/^4:\d+ `expresion` is not a field of a cron schedule\. → Its fields are/],
  },
  {
    what: 'a cron schedule without an expression',
    index: agent(job("schedule: { type: 'cron' }")),
    says: [/The cron schedule of the job "j" has no `expression`\./],
  },
  {
    what: 'a time that is none',
    index: agent(job("schedule: { type: 'once', executeAt: 'soon' }")),
    says: [/`executeAt: "soon"` is no time\./],
  },
  {
    what: 'seconds that are none',
    index: agent(job("schedule: { type: 'interval', seconds: 0 }")),
    says: [/`seconds: 0` is no number of seconds\./],
  },
  {
    what: 'a job, a webhook and a processor without execute, all together',
    index: agent(
      `jobs: [new LuaJob({ name: 'j', description: 'd', schedule: { type: 'interval', seconds: 1 } })],
  webhooks: [new LuaWebhook({ name: 'w', description: 'd' })],
  preProcessors: [new PreProcessor({ name: 'p', description: 'd', execute: 'no' as any })]`,
    ),
    says: [
      /^4:\d+ The job "j" has no `execute`/,
      /^5:\d+ The webhook "w" has no `execute`/,
      /^6:\d+ The preprocessor "p" has an `execute` that is no function/,
    ],
  },
  {
    what: 'a stdio server',
    index: agent(server("transport: 'stdio', command: 'npx'")),
    says: [
      /The platform cannot use the transport "stdio" of the mcp-server "m"\. → A stdio server runs on your own/,
    ],
  },
  {
    what: 'a server without url or resolver',
    index: agent(server("transport: 'sse'")),
    says: [/The mcp-server "m" has neither a `url` nor a function that gives one\./],
  },
  {
    what: 'a server with a field that is nearly a known one',
    index: agent(server("transport: 'sse', endpoint: 'https://x.example'")),
    says: [/`endpoint` is not a field of an MCP server; did you mean `url`\?/],
  },
  {
    what: 'a tool that cannot be resolved',
    index: agent(skill('missing')),
    says: [/^4:\d+ `missing` cannot be resolved to a tool: it is not declared\. → Correct the name/],
    code: 'UNRESOLVED',
  },
  {
    what: 'a tool from a module that is not there',
    index: `import { gone } from './gone'\n${agent(skill('gone'))}`,
    says: [/`gone` cannot be resolved to a tool: .*cannot be imported: there is no such file/],
    code: 'UNRESOLVED',
  },
  {
    what: 'a class in place of an instance',
    index: `class T { name = 't' }\n${agent(skill('T'))}`,
    says: [/^5:\d+ `T` is a class; the list needs an instance of it\. → Write new T\(\)\./],
  },
  {
    what: 'two tools with one name',
    index: agent(skill(`${tool()}, ${tool()}`)),
    says: [/^4:\d+ Two tools are named "t"\. → The other one is in src\/index\.ts, line 4/],
  },
  {
    what: 'a name that is missing',
    index: agent(skill("{ description: 'd', inputSchema: z.object({}), execute }")),
    says: [/^4:\d+ A tool has no name\. → Give it one/],
  },
  {
    what: 'a name that is empty',
    index: agent(skill("{ name: ' ', description: 'd', inputSchema: z.object({}), execute }")),
    says: [/A tool has no name/],
  },
  {
    what: 'a tool whose inputSchema has a near name',
    index: agent(skill("{ name: 't', description: 'd', inputSchma: z.object({}), execute }")),
    says: [/`inputSchma` is not a field of a tool; did you mean `inputSchema`\?/],
  },
  {
    what: 'an inputSchema that is none',
    index: agent(skill("{ name: 't', description: 'd', inputSchema: { city: 'string' }, execute }")),
    says: [/`inputSchema` of the tool "t" is no schema\./],
  },
  {
    what: 'something of another kind in a list',
    index: agent(`skills: [new LuaJob({ name: 'j', description: 'd', execute })]`),
    says: [
      /is a job, in a list of which each member is a skill\. → Move it to the list it belongs to: `jobs`\./,
    ],
  },
  {
    what: 'a list that is none',
    index: agent('skills: new LuaSkill({}) as any'),
    says: [/`skills` must be a list/],
  },
  {
    what: 'an import that is not installed',
    index: `import axios from 'axios'\n${agent(skill(tool('condition: () => axios')))}`,
    says: [/^4:\d+ `axios` is not installed\. → Run npm install/],
    code: 'UNRESOLVED',
  },
  {
    what: 'zod not installed',
    index: agent(skill(tool())),
    options: { zod: 'none' },
    says: [/^\d+:\d+ `zod` is not installed\. → Run npm install/],
    code: 'UNRESOLVED',
  },
  {
    what: 'a primitive that throws at load',
    index: agent(`webhooks: [new LuaWebhook({ name: 'w', description: fail(), execute })]`),
    files: {},
    says: [/The webhook "w" cannot be loaded: fail is not defined → Move it into the function/],
  },
  {
    what: 'what throws in every artifact of a module, once',
    index: `const value = fail()\n${agent(`${skill(`${tool()}, { ...${tool()}, name: 'u' }`)}, webhooks: [new LuaWebhook({ name: 'w', execute })]`)}`,
    says: [/^4:15 The .* cannot be loaded: fail is not defined/],
  },
  {
    what: 'a module that throws at load, with the place in it',
    index: `import { value } from './bad'\n${agent(skill(tool('condition: () => value')))}`,
    files: { 'src/bad.ts': 'export const value: number = 1\n\n  throw new Error(`bad ${value}`)\n' },
    says: [/^src\/bad\.ts:3:9 The tool "t" cannot be loaded: bad 1/],
  },
  {
    what: 'a module that exits, once for all artifacts that it is in',
    index: `import './exits'\n${agent(skill(tool()))}`,
    files: { 'src/exits.ts': 'process.exit(0)\n' },
    says: [/src\/exits\.ts:1:9 The agent "a" calls process\.exit/],
  },
  {
    what: 'a module that uses the network at load',
    index: `import { data } from './net'\n${agent(skill(tool('condition: () => data')))}`,
    files: { 'src/net.ts': "export const data = fetch('http://127.0.0.1:1/')\n" },
    says: [/src\/net\.ts:1:\d+ The tool "t" uses the network \(fetch\) while it is loaded/],
  },
  {
    what: 'await at the top level',
    index: `const data = await execute()\n${agent(skill(tool('condition: () => data')))}`,
    says: [/^4:14 An artifact cannot wait while it is loaded/],
  },
  {
    what: 'a syntax error in a module that only the bundler reads',
    index: `import { x } from './broken'\n${agent(skill(tool('condition: () => x')))}`,
    files: { 'src/broken.ts': 'export const x = {\n' },
    says: [/^src\/broken\.ts:\d+:\d+ (?:Unexpected|Expected)/],
    code: 'SYNTAX',
  },
  {
    what: 'a tool made twice with other arguments, under one name',
    index: `class T { name = 't'; description = 'd'; inputSchema = z.object({}); execute = execute; constructor(public n: number) {} }\n${agent(skill('new T(1), new T(2)'))}`,
    says: [/^4:11 Two tools are named "t"/],
  },
  {
    what: 'a persona in a file that is not there',
    index: `import { readFileSync } from 'node:fs'\nexport const agent = new LuaAgent({ name: 'a', persona: readFileSync(new URL('./no.md', import.meta.url), 'utf8') })\n`,
    says: [/persona cannot be resolved: .*does not exist/],
    code: 'UNRESOLVED',
  },
  {
    what: 'a secret of the environment',
    index: agent("webhooks: [new LuaWebhook({ name: 'w', secret: process.env.SECRET, execute })]"),
    says: [/^4:\d+ `secret` of the webhook "w" depends on the environment \(SECRET\): it cannot be known/],
  },
  {
    what: 'a secret of the environment with a default',
    index: agent("webhooks: [new LuaWebhook({ name: 'w', secret: process.env.SECRET || 'dev', execute })]"),
    says: [/`secret` of the webhook "w" depends on the environment \(SECRET\)/],
  },
  {
    what: 'a secret without which nothing loads',
    index: `import { env } from 'lua-cli'\nconst key = env('SECRET')\nif (!key) throw new Error('no key')\n${agent("webhooks: [new LuaWebhook({ name: 'w', secret: key, execute })]")}`,
    says: [/`secret` of the webhook "w" depends on the environment \(SECRET\)/],
  },
  {
    what: 'a secret that is none',
    index: agent("webhooks: [new LuaWebhook({ name: 'w', secret: undefined, execute })]"),
    says: [/The secret of the webhook "w" cannot be read/],
  },
  {
    what: 'a name of the environment, and one of chance',
    index: agent(
      "webhooks: [new LuaWebhook({ name: process.env.NAME ?? 'w', execute })], jobs: [new LuaJob({ name: `j${Math.random()}`, execute, schedule: { type: 'interval', seconds: 3 } })]",
    ),
    says: [
      /`name` of the webhook "w" depends on the environment \(NAME\)/,
      /`name` of the job "j.*" depends on the clock, chance or the machine/,
    ],
  },
  {
    what: 'a part of zod that the platform does not have',
    index: `import { z as mini } from 'zod/v4'\n${agent(skill(tool('outputSchema: mini.object({})')))}`,
    says: [/^4:\d+ `zod\/v4` is not there when an artifact runs/],
  },
  {
    what: 'a persona with conflict markers',
    index: `export const agent = new LuaAgent({ name: 'a', persona: \`You\n<<<<<<< HEAD\nhelp\n=======\nserve\n>>>>>>> theirs\n\` })\n`,
    says: [/^4:\d+ `persona` of the agent "a" holds conflict markers/],
  },
  ...[
    ['a schema', `inputSchema: z.object({ a: z.string().describe(TEXT) })`],
    ['a text in code', 'execute: async () => TEXT'],
  ].map(([what, field]) => ({
    what: `conflict markers in ${what}`,
    index: `const TEXT = \`\n<<<<<<< HEAD\nhelp\n=======\nserve\n>>>>>>> theirs\n\`\n${agent(skill(`{ name: 't', description: 'd', inputSchema: z.object({}), execute, ...{ ${field} } }`))}`,
    says: [/^5:1 The file holds conflict markers/],
    code: 'SYNTAX' as const,
  })),
  ...[
    'for (const each of [extra]) s.addTool(each)',
    's.tools.push(extra)',
    'const setUp = () => s.addTool(extra)\nsetUp()',
    ';[extra].forEach(each => s.addTool(each))',
  ].map(added => ({
    what: `a tool that only running the code shows: ${added}`,
    index: `const extra = ${tool('')}\nconst s: any = new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [] })\n${added}\n${agent('skills: [s]')}`,
    says: [/The skill "s" has tools that cannot be known without running the code: t\./],
    code: 'NOT_STATIC' as const,
  })),
  ...[
    "import { t } from './no'\nconst made: any = t",
    "import { s } from './no'\nclass Made { name = 't'; description = 'd'; inputSchema = s; execute() {} }\nconst made = new Made()",
    "import * as all from './no'\nimport { Base } from './no'\nclass Made extends Base { execute() { return all } }\nconst made = new Made()",
  ].map(made => ({
    what: `an import that is missing, once: ${made.split('\n')[1]}`,
    index: `${made}\n${agent(skill('made'))}`,
    says: [/\.\/no/],
    code: 'UNRESOLVED' as const,
  })),
  {
    what: 'two names that are one file',
    index: agent(skill(`${tool("name: 'a:b'")}, ${tool("name: 'A?b'")}`.replaceAll("name: 't', ", ''))),
    says: [/The names "a:b" and "A\?b" of two tools are the same as a file's name/],
  },
  {
    what: 'a config that cannot be known, once',
    index:
      "const config = (): any => ({ name: 'a', persona: 'p' })\nexport const agent = new LuaAgent(config())\n",
    says: [
      /^\d+:\d+ The config of the agent cannot be known without running the code: `config\(\)` is the result/,
    ],
  },
  {
    what: 'an agent that a function makes, once',
    index:
      "const defineAgent = (config: any) => new LuaAgent(config)\nexport const agent = defineAgent({ name: 'a', persona: 'p', skills: [], jobs: [] })\n",
    says: [/^4:\d+ The agent is made inside a function/],
  },
  ...[
    ["'SECRET' in process.env ? 'a' : 'b'", 'SECRET'],
    ["({ ...process.env }).SECRET ?? 'b'", 'process\\.env'],
    ["Object.keys(process.env).includes('SECRET') ? 'a' : 'b'", 'process\\.env'],
    ["process.env.NODE_ENV === 'production' ? 'a' : 'b'", 'NODE_ENV'],
    ["({ staging: 'a' } as any)[process.env.STAGE!] ?? 'b'", 'STAGE'],
    ["new URL(process.env.AT ?? 'https://x.example').host", 'AT'],
    ["Number(process.env.COUNT ?? 0) > 0 ? 'a' : 'b'", 'COUNT'],
  ].map(([secret, variable]) => ({
    what: `a secret that is ${secret}`,
    index: agent(`webhooks: [new LuaWebhook({ name: 'w', secret: ${secret}, execute })]`),
    says: [new RegExp(`^4:\\d+ \`secret\` of the webhook "w" depends on the environment \\(.*${variable}`)],
  })),
  {
    what: 'a conflict in code, where it begins',
    index: `import { one } from './one'\n${agent(skill(tool('condition: () => one')))}`,
    files: {
      'src/one.ts': '// one\n<<<<<<< HEAD\nexport const one = 1\n=======\nexport const one = 2\n>>>>>>> b\n',
    },
    says: [/^src\/one\.ts:2:1 The file holds conflict markers\. → Finish the merge/],
    code: 'SYNTAX',
  },
  {
    what: 'a conflict in a list of skills',
    index: `import { skills } from './skills'\n${agent('skills')}`,
    files: { 'src/skills.ts': 'export const skills = [\n<<<<<<< HEAD\n=======\n1,\n>>>>>>> b\n]\n' },
    says: [/^src\/skills\.ts:2:1 The file holds conflict markers\./],
  },
  {
    what: 'a conflict in a text and in JSON that code imports',
    index: `import text from './text.md'\nimport json from './data.json'\n${agent(skill(tool('condition: () => [text, json]')))}`,
    files: {
      'src/text.md': 'Title\n=======\n<<<<<<< HEAD\r\na\r\n=======\r\nb\r\n>>>>>>> b\r\n',
      'src/data.json': '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> b\n}\n',
    },
    says: [/^src\/data\.json:2:1 The file holds conflict markers/],
  },
  {
    what: 'a conflict in a text that code imports',
    index: `import text from './text.md'\n${agent(skill(tool('condition: () => text')))}`,
    files: { 'src/text.md': 'Title\n=======\n<<<<<<< HEAD\r\na\r\n=======\r\nb\r\n>>>>>>> b\r\n' },
    says: [/^src\/text\.md:3:1 The file holds conflict markers/],
  },
  {
    what: 'a cycle of imports between lists',
    index: `import { skills } from './one'\n${agent('skills')}`,
    files: {
      'src/one.ts': "export { skills } from './two'\n",
      'src/two.ts': "export { skills } from './one'\n",
    },
    says: [/skills cannot be resolved: .*circle/],
    code: 'UNRESOLVED',
  },
  {
    what: 'a cycle of imports that does not load',
    index: `import { make } from './cycle'\nexport const label = 'x'\n${agent(skill('make()'))}`,
    files: { 'src/cycle.ts': cycle('const loud = label.toUpperCase()\nexport const make = () => (', ')') },
    says: [/The tool cannot be loaded: Cannot read .* → Its module is part of a cycle of imports/],
  },
  {
    what: 'a primitive that depends on a function around it',
    index: `class A extends LuaAgent {
  name = 'a'; persona = 'p'
  constructor(n: number) { const local = n; super({ skills: [new LuaSkill({ name: 's' + local, description: 'd', context: 'c' })] } as any) }
}
export default new A(1)\n`,
    says: [/is made inside a function/],
    code: 'NOT_STATIC',
  },
]

async function compile(found: Pick<Case, 'index' | 'files' | 'options'>) {
  const copy = await compileProjectOf({
    ...found.options,
    files: { 'src/index.ts': HEAD + found.index, ...found.files },
  })
  try {
    const { root } = copy.project
    try {
      const result = await compileProject(copy.project)
      return { result, problems: [], said: [], root }
    } catch (error) {
      if (!(error instanceof LuaError)) throw error
      const problems = error.problems ?? [error]
      return { result: undefined, problems, said: problems.map(problem => asLine(problem, root)), root }
    }
  } finally {
    copy.remove()
  }
}

function asLine({ location, message, hint }: LuaError, root: string): string {
  const file = location && relative(root, location.file)
  const where = location
    ? `${file === 'src/index.ts' ? '' : `${file}:`}${location.line}:${location.column} `
    : ''
  return `${where}${message} → ${hint}`.replaceAll(`${root}/`, '')
}

describe('what a compile refuses', () => {
  for (const found of CASES) {
    it(found.what, async () => {
      const { said, problems } = await compile(found)
      expect(said, said.join('\n')).to.have.length(found.says.length)
      for (const [at, wanted] of found.says.entries()) expect(said[at]).to.match(wanted)
      for (const problem of problems) {
        expect(problem.exitCode).to.equal(20)
        expect(problem.frame, problem.message).to.be.a('string')
        expect(problem.hint).to.be.a('string')
      }
      if (found.code) expect(problems[0]?.code).to.equal(found.code)
    })
  }

  it('reports problems of every stage together', async () => {
    const { said } = await compile({
      index: `import axios from 'axios'
import { hook } from './hook'
import { jobs } from './jobs'
${agent(`${skill(`${tool('condition: () => axios')}, missing`)}, jobs, webhooks: [hook]`)}`,
      files: {
        'src/jobs.ts': `${HEAD}export const ${job('').replace(':', ' =')}\n`,
        'src/hook.ts': `${HEAD}export const hook = new LuaWebhook({ name: 'w', description: fail(), execute })\n`,
      },
    })
    expect(said.map(line => line.replace(/^\S+ /, '').slice(0, 24))).to.have.members([
      '`axios` is not installed',
      '`missing` cannot be reso',
      'The job "j" has no sched',
      'The webhook "w" cannot b',
    ])
  })
})

/** Column of the second member of `modelSettings` in a line that begins as `agent` has it. */
const HEAD_COLUMN =
  "export const agent = new LuaAgent({ name: 'a', persona: 'p', modelSettings: { temperature: 'hot', "
    .length + 1

const WARNED: [what: string, index: string, warning: RegExp][] = [
  [
    'a tool without inputSchema',
    agent(skill("{ name: 't', description: 'd', execute }")),
    /The tool "t" has no `inputSchema`/,
  ],
  [
    'a name of a tool with a space',
    agent(skill("{ name: 'get weather', description: 'd', inputSchema: z.object({}), execute }")),
    /"get weather" is an unusual name for a tool/,
  ],
  [
    'a name of a webhook with a capital',
    agent("webhooks: [new LuaWebhook({ name: 'Hook', execute })]"),
    /"Hook" is an unusual name/,
  ],
  [
    'a url of the environment',
    agent(server("transport: 'sse', url: process.env.MCP_URL ?? 'https://x.example'")),
    /`url` of the mcp-server "m" depends on the environment \(MCP_URL\); the manifest has its default/,
  ],
  [
    'a description of now',
    agent("webhooks: [new LuaWebhook({ name: 'w', description: `since ${Date.now()}`, execute })]"),
    /`description` of the webhook "w" depends on the clock, chance or the machine/,
  ],
  [
    'a file that is read when it runs',
    `import { readFileSync } from 'node:fs'\n${agent(skill("{ name: 't', description: 'd', inputSchema: z.object({}), execute: async () => readFileSync('./prices.csv', 'utf8') }"))}`,
    /`readFileSync\('\.\/prices\.csv', 'utf8'\)` reads a file that is not there/,
  ],
  ...[
    "readFileSync(join(process.cwd(), 'a.csv'))",
    "readFileSync(join(__dirname, 'a.csv'))",
    "fs.existsSync('a.csv')",
    "readFileSync(resolve('a.csv'))",
    'readFileSync(`./data/${name}.csv`)',
    "read('a.csv')",
    "fs.promises.readFile('a.csv')",
  ].map((read): [string, string, RegExp] => [
    `${read} in a function`,
    `import fs, { readFileSync, readFileSync as read } from 'node:fs'\nimport { join, resolve } from 'node:path'\n${agent(skill(`{ name: 't', description: 'd', inputSchema: z.object({}), execute: async (name: string) => ${read} }`))}`,
    /reads a file that is not there when the artifact runs/,
  ]),
  [
    'a schema of the environment',
    agent(skill(tool("outputSchema: z.string().default(process.env.GREETING ?? 'hi')"))),
    /`outputSchema` of the tool "t" depends on the environment \(.*GREETING/,
  ],
  [
    'a model that depends on where it is compiled',
    agent("model: process.env.NODE_ENV === 'production' ? 'a/b' : 'c/d'"),
    /`model` of the agent "a" depends on the environment \(NODE_ENV\)/,
  ],
  [
    'a list of the environment',
    agent(`jobs: process.env.JOBS ? [new LuaJob({ name: 'j' } as any)] : []`),
    /`jobs` depends on the environment \(JOBS\)/,
  ],
  [
    'a tool that is added in some environments',
    `const s: any = new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [] })\nif (process.env.MORE) s.addTool(${tool('')})\n${agent('skills: [s]')}`,
    /`tools` of the skill "s" depends on the environment \(MORE\)/,
  ],
  [
    'a member of a filtered list that is there in some environments',
    agent(`jobs: [process.env.JOBS && new LuaJob({ name: 'j' } as any), false].filter(Boolean) as any`),
    /`jobs` depends on the environment \(JOBS\)/,
  ],
  [
    'a member of a list that is there in some environments',
    agent(`jobs: [...(process.env.JOBS ? [new LuaJob({ name: 'j' } as any)] : [])]`),
    /`jobs` depends on the environment \(JOBS\)/,
  ],
  [
    'a persona of the environment that can be read',
    "export const agent = new LuaAgent({ name: 'a', persona: `You ${process.env.TONE ?? 'help'}` })\n",
    /`persona` depends on the environment \(TONE\)/,
  ],
  ...[
    'new Date().getFullYear()',
    'new Date().getHours() < 12',
    "new Intl.DateTimeFormat('en').format()",
    'process.hrtime.bigint()',
    'process.pid',
    'hostname()',
    'process.cwd()',
    'process.uptime()',
    'Intl.DateTimeFormat().resolvedOptions().timeZone',
    'new Date(0).toLocaleString()',
    'new Date(2030, 0, 1).toISOString()',
    'new Date(0).getTimezoneOffset()',
  ].map((value): [string, string, RegExp] => [
    `a description of ${value}`,
    `import { hostname } from 'node:os'\n${agent(`webhooks: [new LuaWebhook({ name: 'w', description: String([${value}, typeof hostname]), execute })]`)}`,
    /`description` of the webhook "w" depends on the clock, chance or the machine/,
  ]),
  [
    'a setting that the platform does not know',
    agent('modelSettings: { maxTokens: 5 } as any'),
    /`modelSettings\.maxTokens` .* not known to the platform \(did you mean `maxOutputTokens`\?\); it is left out/,
  ],
]

describe('what a compile takes', () => {
  const compiled = async (found: Pick<Case, 'index' | 'files' | 'options'>): Promise<CompileResult> => {
    const { result, said } = await compile(found)
    if (!result) throw new Error(said.join('\n'))
    return result
  }

  it('a project without tsconfig.json, package.json and node_modules, if it needs none', async () => {
    const { manifest } = await compiled({ index: agent(''), options: { zod: 'none' } })
    expect(manifest.primitives.map(({ kind }) => kind)).to.deep.equal(['agent'])
    expect(Object.keys(manifest.config)).to.deep.equal(['luaSkillYaml'])
  })

  for (const prefix of ['with space ', 'hash#mark-', 'üñí-日本-', 'per%20cent-', "quote'-"]) {
    it(`a path like "${prefix}"`, async () => {
      const { manifest } = await compiled({ index: agent(skill(tool())), options: { prefix } })
      expect(manifest.primitives.map(({ sourcePath }) => sourcePath)).to.deep.equal(
        Array(3).fill('src/index.ts'),
      )
    })
  }

  it('an agent whose name is no file name', async () => {
    const { manifest } = await compiled({
      index: "export const a = new LuaAgent({ name: '../a/b: c?', persona: '' })",
    })
    expect(manifest.primitives[0]).to.include({ name: '../a/b: c?', path: 'artifacts/agent/-a-b- c-.js' })
  })

  it('a cycle of imports that the code can live with', async () => {
    const { manifest } = await compiled({
      index: `import { make } from './cycle'\nexport const label = 'x'\n${agent(skill('make()'))}`,
      files: { 'src/cycle.ts': cycle('export function make() { return', '}') },
    })
    expect(manifest.primitives).to.have.length(3)
  })

  it('a tool made twice of the same class and literals, as one', async () => {
    const { manifest } = await compiled({
      index: `class T { name = 't'; description = 'd'; inputSchema = z.object({}); execute = execute; constructor(public n: number) {} }
export const agent = new LuaAgent({ name: 'a', persona: 'p', skills: [
  new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [new T(1)] }),
  new LuaSkill({ name: 'u', description: 'd', context: 'c', tools: [new T(1)] }),
] })\n`,
    })
    expect(manifest.primitives.map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal([
      'agent a',
      'skill s',
      'tool t',
      'skill u',
    ])
  })

  for (const [what, index, warning] of WARNED) {
    it(`${what}, with a warning`, async () => {
      const { warnings } = await compiled({ index })
      expect(warnings.map(({ message }) => message).join('\n')).to.match(warning)
      expect(warnings).to.have.length(1)
      expect(warnings[0]).to.have.property('frame')
    })
  }

  it('settings of which some members are odd, without those', async () => {
    const { manifest, warnings } = await compiled({
      index: agent(
        "modelSettings: { temperature: 'hot', topp: 1, topK: 2, reasoning: { effort: 'low', shows: true } }, batching: 3",
      ),
    })
    expect(manifest.primitives[0]).to.deep.include({
      modelSettings: { topK: 2, reasoning: { effort: 'low' } },
    })
    expect(manifest.primitives[0]).not.to.have.property('batching')
    expect(warnings.map(({ message }) => message)).to.deep.equal([
      '`modelSettings.temperature` of the agent "a" is no number; it is left out.',
      '`modelSettings.topp` of the agent "a" is not known to the platform (did you mean `topP`?); it is left out.',
      '`modelSettings.reasoning.shows` of the agent "a" is not known to the platform (did you mean `show`?); it is left out.',
      '`batching` of the agent "a" is no object; it is left out.',
    ])
    expect(warnings[1]?.location?.column).to.equal(HEAD_COLUMN)
  })

  it('what an agent says about itself besides its persona', async () => {
    const { manifest } = await compiled({
      index: `import { LuaVoice } from 'lua-cli'
export const agent = new LuaAgent({ name: 'a', description: 'routes', persona: { text: 'T', base: 'B' }, browser: true, voices: [new LuaVoice({ name: 'anna' })] })\n`,
    })
    expect(manifest.primitives[0]).to.deep.include({
      description: 'B\n\nT',
      routingDescription: 'routes',
      browser: true,
      voiceRefs: [{ name: 'anna' }],
    })
  })

  it('a class without a name, a server without a transport', async () => {
    const { manifest } = await compiled({
      index: `class GreetUserTool { description = 'd'; inputSchema = z.object({}); execute = execute }\n${agent(`${skill('new GreetUserTool()')}, ${server("url: 'https://x.example'")}`)}`,
    })
    expect(manifest.primitives.map(({ name }) => name)).to.deep.equal(['a', 's', 'greet-user', 'm'])
    expect(manifest.primitives[3]?.config).to.deep.equal({
      transport: 'streamable-http',
      url: 'https://x.example',
    })
  })

  it('a tool without a description, with a warning', async () => {
    const { warnings } = await compiled({
      index: agent(skill("{ name: 't', inputSchema: z.object({}), execute }")),
    })
    expect(warnings.map(({ message }) => message)).to.deep.equal(['The tool "t" has no description.'])
  })

  it('a description of blanks, with a warning', async () => {
    const { warnings } = await compiled({
      index: agent(skill("{ name: 't', description: ' \\n', inputSchema: z.object({}), execute }")),
    })
    expect(warnings.map(({ message }) => message)).to.deep.equal(['The tool "t" has no description.'])
  })

  it('a package over 1 MB, with a warning that names it', async () => {
    const { warnings } = await compiled({
      index: `import { text } from 'heavy'\n${agent(skill(tool('condition: () => text')))}`,
      files: { 'node_modules/heavy/index.js': `exports.text = ${JSON.stringify('x'.repeat(1_100_000))}` },
    })
    expect(warnings.map(({ message }) => message)).to.deep.equal([
      '`heavy` takes 1.1 MB in the artifact tool/t.',
    ])
  })

  it('a source of 10 MB', async () => {
    const { manifest } = await compiled({
      index: `import { big } from './big'\n${agent(skill(tool('condition: () => big.length > 0')))}`,
      files: { 'src/big.ts': `export const big = ${JSON.stringify('0123456789'.repeat(1_000_000))}\n` },
    })
    expect(manifest.primitives).to.have.length(3)
  }).timeout(60_000)

  it('what artifacts print stays out of the result', async () => {
    const { manifest } = await compiled({ index: `console.log('x'.repeat(1e6))\n${agent(skill(tool()))}` })
    expect(JSON.stringify(manifest)).not.to.contain('xxxx')
  })
})
