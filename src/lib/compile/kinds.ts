/**
 * The kinds of primitive, as data: what declares one, where an agent lists it, which fields it has and what its
 * manifest entry needs to know about them.
 */

const KINDS = [
  'agent',
  'skill',
  'tool',
  'webhook',
  'job',
  'preprocessor',
  'postprocessor',
  'mcp-server',
] as const
export type PrimitiveKind = (typeof KINDS)[number]

interface KindSpec {
  kind: PrimitiveKind
  /** In messages: "a job". */
  label: string
  /** Names imported from `lua-cli` whose `new` or base class makes one. */
  classes: readonly string[]
  /** Functions imported from `lua-cli` that make one. */
  functions: readonly string[]
  /** The agent's list of them; tools are listed by skills, the agent by nothing. */
  list?: string
  /** The list in `lua.skill.yaml` that has an entry for each, and its id's key there. */
  state?: { list: string; id: string; versioned: boolean }
  /** Every field that the platform knows. */
  fields: readonly string[]
  /** Fields that are read as they are, functions aside. */
  values: readonly string[]
  /** Fields that may be functions, of which only that is known. */
  callables: readonly string[]
  /** Fields that hold a zod schema, by the name that the manifest gives it. */
  schemas: Readonly<Record<string, string>>
  /** What people write for a field that goes by another name. */
  aliases: Readonly<Record<string, string>>
}

const COMMON_ALIASES = { desc: 'description', summary: 'description', handler: 'execute', run: 'execute' }

const SPECS: readonly KindSpec[] = [
  {
    kind: 'agent',
    label: 'an agent',
    classes: ['LuaAgent'],
    functions: [],
    fields: [
      'name',
      'description',
      'persona',
      'model',
      'modelSettings',
      'skills',
      'webhooks',
      'triggers',
      'jobs',
      'workflows',
      'preProcessors',
      'postProcessors',
      'mcpServers',
      'devices',
      'deviceTriggers',
      'voices',
      'batching',
      'governance',
      'browser',
    ],
    values: ['name', 'description', 'persona', 'model', 'modelSettings', 'batching', 'governance', 'browser'],
    callables: ['model'],
    schemas: {},
    aliases: { instructions: 'persona', prompt: 'persona', tools: 'skills' },
  },
  {
    kind: 'skill',
    label: 'a skill',
    classes: ['LuaSkill'],
    functions: ['defineSkill'],
    list: 'skills',
    state: { list: 'skills', id: 'skillId', versioned: true },
    fields: ['name', 'description', 'context', 'tools', 'condition'],
    values: ['name', 'description', 'context'],
    callables: ['condition'],
    schemas: {},
    aliases: { desc: 'description', instructions: 'context' },
  },
  {
    kind: 'tool',
    label: 'a tool',
    classes: ['LuaTool'],
    functions: ['defineTool'],
    fields: ['name', 'description', 'inputSchema', 'outputSchema', 'execute', 'condition', 'voice'],
    values: ['name', 'description'],
    callables: ['execute', 'condition'],
    schemas: { input: 'inputSchema', output: 'outputSchema' },
    aliases: { ...COMMON_ALIASES, parameters: 'inputSchema', schema: 'inputSchema', input: 'inputSchema' },
  },
  {
    kind: 'webhook',
    label: 'a webhook',
    classes: ['LuaWebhook'],
    functions: ['defineWebhook'],
    list: 'webhooks',
    state: { list: 'webhooks', id: 'webhookId', versioned: true },
    fields: ['name', 'description', 'querySchema', 'headerSchema', 'bodySchema', 'secret', 'execute'],
    values: ['name', 'description', 'secret'],
    callables: ['execute'],
    schemas: { query: 'querySchema', headers: 'headerSchema', body: 'bodySchema' },
    aliases: { ...COMMON_ALIASES, schema: 'bodySchema' },
  },
  {
    kind: 'job',
    label: 'a job',
    classes: ['LuaJob'],
    functions: ['defineJob'],
    list: 'jobs',
    state: { list: 'jobs', id: 'jobId', versioned: true },
    fields: ['name', 'description', 'schedule', 'execute', 'timeout', 'retry', 'metadata'],
    values: ['name', 'description', 'schedule', 'timeout', 'retry'],
    callables: ['execute'],
    schemas: {},
    aliases: { ...COMMON_ALIASES, cron: 'schedule', interval: 'schedule' },
  },
  {
    kind: 'preprocessor',
    label: 'a preprocessor',
    classes: ['PreProcessor', 'LuaPreprocessor', 'LuaPreProcessor'],
    functions: ['definePreProcessor', 'definePreprocessor'],
    list: 'preProcessors',
    state: { list: 'preprocessors', id: 'preprocessorId', versioned: true },
    fields: ['name', 'description', 'async', 'priority', 'execute'],
    values: ['name', 'description', 'async', 'priority'],
    callables: ['execute'],
    schemas: {},
    aliases: { ...COMMON_ALIASES, isAsync: 'async' },
  },
  {
    kind: 'postprocessor',
    label: 'a postprocessor',
    classes: ['PostProcessor', 'LuaPostprocessor', 'LuaPostProcessor'],
    functions: ['definePostProcessor', 'definePostprocessor'],
    list: 'postProcessors',
    state: { list: 'postprocessors', id: 'postprocessorId', versioned: true },
    fields: ['name', 'description', 'priority', 'execute'],
    values: ['name', 'description', 'priority'],
    callables: ['execute'],
    schemas: {},
    aliases: COMMON_ALIASES,
  },
  {
    kind: 'mcp-server',
    label: 'an MCP server',
    classes: ['LuaMCPServer'],
    functions: ['defineMCPServer'],
    list: 'mcpServers',
    state: { list: 'mcpServers', id: 'mcpServerId', versioned: false },
    fields: ['name', 'description', 'transport', 'url', 'headers', 'timeout'],
    values: ['name', 'description', 'transport', 'url'],
    callables: ['url', 'headers'],
    schemas: {},
    aliases: { desc: 'description', endpoint: 'url', uri: 'url', type: 'transport' },
  },
]

const BY_KIND = new Map(SPECS.map(spec => [spec.kind, spec]))

export function specOf(kind: PrimitiveKind): KindSpec {
  return BY_KIND.get(kind) as KindSpec
}

/** The agent's lists in the order in which the manifest has them. */
export const LISTS: readonly KindSpec[] = SPECS.filter(spec => spec.list !== undefined)

/** Lists of kinds that the platform has and this compiler does not: named in a warning and left out. */
export const NEWER_LISTS: Readonly<Record<string, string>> = {
  triggers: 'trigger',
  workflows: 'workflow',
  devices: 'device',
  deviceTriggers: 'device trigger',
  voices: 'voice',
}

/** The kind that a class or function imported from `lua-cli` under this name makes. */
export function kindMadeBy(name: string): PrimitiveKind | undefined {
  return SPECS.find(spec => spec.classes.includes(name) || spec.functions.includes(name))?.kind
}

export interface ScheduleSpec {
  required: readonly string[]
  fields: readonly string[]
}

/** The forms of a job's schedule, by `type`. */
export const SCHEDULES: ReadonlyMap<string, ScheduleSpec> = new Map([
  ['cron', { required: ['expression'], fields: ['type', 'expression', 'timezone'] }],
  ['interval', { required: ['seconds'], fields: ['type', 'seconds', 'timezone'] }],
  ['once', { required: ['executeAt'], fields: ['type', 'executeAt', 'timezone'] }],
])

export const SCHEDULE_ALIASES: Readonly<Record<string, string>> = {
  pattern: 'expression',
  cron: 'expression',
  cronExpression: 'expression',
  tz: 'timezone',
  timeZone: 'timezone',
  interval: 'seconds',
  every: 'seconds',
  at: 'executeAt',
  date: 'executeAt',
  runAt: 'executeAt',
}
