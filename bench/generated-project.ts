/** A project as large as wanted: tools with a schema each and one import that they share. */

import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
/** Tools of one skill. */
const SKILL = 25

/** Writes a project with so many tools and gives its folder. */
export function generateProject(tools: number): string {
  const root = mkdtempSync(join(tmpdir(), `bench-${tools}-`))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write('lua.skill.yaml', 'agent:\n  agentId: baseAgent_agent_1_bench\n  orgId: bench\n')
  write('package.json', '{ "name": "bench", "type": "module", "dependencies": { "zod": "*" } }\n')
  write('tsconfig.json', '{ "compilerOptions": { "strict": true, "moduleResolution": "bundler" } }\n')
  write('src/shared.ts', shared())
  for (let index = 0; index < tools; index++) write(`src/tools/Tool${index}.ts`, tool(index))
  const skills = Math.ceil(tools / SKILL)
  for (let index = 0; index < skills; index++) {
    write(`src/skills/skill${index}.ts`, skill(index, Math.min(tools, (index + 1) * SKILL)))
  }
  write('src/index.ts', agent(skills))
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(dirname(require.resolve('zod/package.json')), join(root, 'node_modules', 'zod'))
  return root
}

/** The source of a tool; `version` tells one state of it from another. */
export function tool(index: number, version = 1): string {
  return `import { LuaTool, User, env } from 'lua-cli'
import { z } from 'zod'
import { Client, helper${index % 40}, price } from '../shared'

/** Tool number ${index}. */
export default class Tool${index} implements LuaTool {
  name = 'tool_${index}'
  description = 'Does thing number ${index}'
  inputSchema = z.object({
    city: z.string().min(1).describe('City'),
    days: z.number().int().min(1).max(30).default(3),
    tags: z.array(z.string()).optional(),
  })
  private readonly client = new Client('https://api.example.com/${index}')

  async execute(input: z.infer<typeof this.inputSchema>) {
    const user = await User.get()
    const data = await this.client.get(input.city)
    return { user, data, price: price(input.days), text: helper${index % 40}(input.city, ${version}), key: env('KEY') }
  }
}
`
}

function shared(): string {
  const helpers = Array.from(
    { length: 40 },
    (_, index) =>
      `export const helper${index} = (text: string, times: number) => text.repeat(times) + ${index}`,
  )
  return `export const price = (days: number) => (days * 3).toFixed(2)
export class Client {
  constructor(private readonly base: string) {}
  async get(path: string): Promise<unknown> {
    const response = await fetch(this.base + '/' + path)
    return response.json()
  }
}
${helpers.join('\n')}
`
}

function skill(index: number, end: number): string {
  const own = Array.from({ length: end - index * SKILL }, (_, at) => index * SKILL + at)
  return `import { LuaSkill } from 'lua-cli'
${own.map(at => `import Tool${at} from '../tools/Tool${at}'`).join('\n')}

export const skill${index} = new LuaSkill({
  name: 'skill-${index}',
  description: 'Skill number ${index}',
  context: 'Use it when asked.',
  tools: [${own.map(at => `new Tool${at}()`).join(', ')}],
})
`
}

function agent(skills: number): string {
  const all = Array.from({ length: skills }, (_, index) => index)
  return `import { LuaAgent } from 'lua-cli'
${all.map(index => `import { skill${index} } from './skills/skill${index}'`).join('\n')}

export const agent = new LuaAgent({
  name: 'bench-agent',
  persona: 'You are measured.',
  skills: [${all.map(index => `skill${index}`).join(', ')}],
})
`
}
