import type { Files } from './memory.js'

/** Project files in which `⟦…⟧` marks what a write may replace; the marks are taken out. */
export interface Layout {
  title: string
  files: Record<string, string>
  /** The value is built of several literals: only force writes a quite different one. */
  force?: boolean
  workspaceRoot?: string
  /** For running it: what a specifier means that no relative path is. */
  aliases?: Record<string, string>
}

const LUA = "import { LuaAgent } from 'lua-cli'\n"
const one = (title: string, code: string, extra: Partial<Layout> = {}): Layout => ({
  title,
  files: { 'src/index.ts': code },
  ...extra,
})
const value = (title: string, expression: string, before = '', extra: Partial<Layout> = {}): Layout =>
  one(
    title,
    `${LUA}${before}\nexport const agent = new LuaAgent({\n  name: 'n',\n  persona: ${expression},\n  skills: [],\n})\n`,
    extra,
  )
const two = (title: string, use: string, files: Files, extra: Partial<Layout> = {}): Layout => ({
  title,
  files: { 'src/index.ts': `${LUA}${use}\n`, ...(files as Record<string, string>) },
  ...extra,
})
const P = "new LuaAgent({ name: 'n', persona: PERSONA })"
const CONST = "export const PERSONA = ⟦'old'⟧\n"
const crlf = (code: string) => code.replaceAll('\n', '\r\n')

export const LAYOUTS: Layout[] = [
  // Literals
  value('single quotes', "⟦'old text'⟧"),
  value('double quotes', '⟦"old text"⟧'),
  value('a template', '⟦`old text`⟧'),
  value('a template of several lines', '⟦`old\n  text\n`⟧'),
  value('a template with escapes', '⟦`old \\`code\\` \\${x} \\u2014`⟧'),
  value('quotes with escapes', "⟦'old \\'text\\' \\x41\\n'⟧"),
  value('an empty string', "⟦''⟧"),
  value('an empty template', '⟦``⟧'),
  value('a line continuation', "⟦'old \\\n text'⟧"),
  value('as const', "⟦'old'⟧ as const"),
  value('satisfies', "⟦'old'⟧ satisfies string"),
  value('a non-null assertion', "(⟦'old'⟧)!"),
  value('a cast in front', "<string>⟦'old'⟧"),
  value('parentheses', "(⟦'old'⟧)"),
  value('parentheses and casts', '((⟦`old`⟧ as unknown) as string)'),
  value('comments in every gap', "/* a */ ⟦'old'⟧ /* b */ // c\n  /* d */"),
  // Layout of the file
  one('one line', `${LUA}new LuaAgent({name:'n',persona:⟦'old'⟧,skills:[]})`),
  one('no final newline', `${LUA}export default new LuaAgent({ name: 'n', persona: ⟦"old"⟧ })`),
  one('CRLF', crlf(`${LUA}export default new LuaAgent({\n  name: 'n',\n  persona: ⟦\`old\ntext\`⟧,\n})\n`)),
  one(
    'CRLF and quotes',
    crlf(`${LUA}export default new LuaAgent({\n  name: 'n',\n  persona: ⟦'old'⟧,\n})\n`),
  ),
  one(
    'mixed line endings',
    `${LUA}\r\nexport default new LuaAgent({\r\n  name: 'n',\n  persona: ⟦'old'⟧,\r\n})\n`,
  ),
  one('CR line endings', `${LUA}export default new LuaAgent({\r  name: 'n',\r  persona: ⟦'old'⟧,\r})\r`),
  one('tabs', `${LUA}export default new LuaAgent({\n\tname: 'n',\n\tpersona: ⟦\`old\`⟧,\n})\n`),
  one(
    'four spaces',
    `${LUA}export default new LuaAgent({\n    name: 'n',\n    persona:\n        ⟦'old'⟧\n})\n`,
  ),
  one('a byte order mark', `\uFEFF${LUA}export default new LuaAgent({ name: 'n', persona: ⟦'old'⟧ })\n`),
  one(
    'a shebang',
    `#!/usr/bin/env node\n${LUA}export default new LuaAgent({ name: 'n', persona: ⟦'old'⟧ })\n`,
  ),
  one('a mark and CRLF', `\uFEFF${crlf(`${LUA}export default new LuaAgent({\n  persona: ⟦'old'⟧,\n})\n`)}`),
  one(
    'semicolons and odd spacing',
    `${LUA};\n;new   LuaAgent ( {\n\n name : 'n' ,persona\n:\n⟦'old'⟧\n\n, } ) ;\n`,
  ),
  one(
    'emoji and wide characters before it',
    `// 👩‍👩‍👧 你好\n${LUA}/* 😀 */ new LuaAgent({ name: 'é😀', persona: ⟦'old'⟧ })\n`,
  ),
  one('U+2028 in a comment', `// a\u2028${LUA}new LuaAgent({ name: 'n', persona: ⟦'old'⟧ })\n`),
  one(
    'decorators and new syntax',
    `${LUA}declare const decorate: any\n@decorate() class T { @decorate() accessor x = 1 }\nusing_()\nfunction using_() { return T }\nnew LuaAgent({ name: 'n', persona: ⟦'old'⟧ })\n`,
  ),
  one(
    'types all around',
    `${LUA}type T<A> = A extends string ? \`x\${A}\` : never\ninterface PERSONA { persona: 'x' }\nconst f = <A,>(a: A): a is A & {} => true\nnew LuaAgent({ name: 'n', persona: ⟦'old'⟧ as T<string> } as any)\n`,
  ),
  one('quoted keys', `${LUA}new LuaAgent({ "name": "n", "persona": ⟦"old"⟧ })\n`),
  one('a computed key', `${LUA}new LuaAgent({ ['name']: 'n', ['persona']: ⟦'old'⟧ })\n`),
  one(
    'a key written twice',
    `${LUA}new LuaAgent({ persona: 'first', name: 'n', ...{ persona: 'second' }, ['persona']: ⟦'old'⟧ })\n`,
  ),
  // Names
  value('a const', 'PERSONA', "const PERSONA = ⟦'old'⟧"),
  value('a const below', 'PERSONA', 'const A = 1, PERSONA = ⟦`old`⟧, B = 2'),
  value('a typed const', 'PERSONA', "export const PERSONA: string = ⟦'old'⟧ as const"),
  value('a let', 'PERSONA', "let PERSONA = ⟦'old'⟧"),
  value('a chain of constants', 'A', "const C = ⟦'old'⟧\nconst B = C\nconst A = B"),
  value(
    'a member',
    'TEXTS.deep.persona',
    "const TEXTS = { deep: { other: 'x', persona: ⟦'old'⟧ } } as const",
  ),
  value('a member by index', "TEXTS['a'][1]", "const TEXTS = { a: ['x', ⟦'old'⟧] }"),
  value('a frozen object', 'TEXTS.persona', "const TEXTS = Object.freeze({ persona: ⟦'old'⟧ })"),
  value('destructuring', 'p', "const { a: { persona: p } } = { a: { persona: ⟦'old'⟧ } }"),
  value('a default of destructuring', 'p', "const { p = ⟦'old'⟧ } = {} as { p?: string }"),
  value('an enum', 'E.Persona', "enum E { Name = 'x', Persona = ⟦'old'⟧ }"),
  value('a namespace', 'T.persona', "namespace T { export const persona = ⟦'old'⟧ }"),
  value('a static field', 'T.persona', "class T { static readonly persona = ⟦'old'⟧ }"),
  value('a default for nothing', 'NONE ?? ⟦`old`⟧', 'const NONE = undefined'),
  value('a branch that is known', "FLAG ? ⟦'old'⟧ : 'other'", 'const FLAG = true'),
  one('shorthand', `${LUA}const name = 'n'\nconst persona = ⟦'old'⟧\nnew LuaAgent({ name, persona })\n`),
  one(
    'a spread',
    `${LUA}const base = { name: 'n', persona: ⟦'old'⟧ }\nnew LuaAgent({ skills: [], ...base })\n`,
  ),
  one(
    'a config in a const',
    `${LUA}const config = { name: 'n', persona: ⟦'old'⟧ } satisfies object\nexport default new LuaAgent(config)\n`,
  ),
  one(
    'an inner scope',
    `${LUA}const persona = 'outer'\nfunction make() {\n  const persona = ⟦'old'⟧\n  return new LuaAgent({ name: 'n', persona })\n}\nexport const agent = make()\n`,
  ),
  // Classes
  one(
    'a class with fields',
    `${LUA}export class A extends LuaAgent {\n  name = 'n';\n  persona = ⟦'old'⟧;\n}\n`,
  ),
  one(
    'a class with a field and no semicolons',
    `${LUA}class A extends LuaAgent {\n  override persona: string = ⟦\`old\`⟧\n  name = 'n'\n}\nexport default new A()\n`,
  ),
  one(
    'a class with super',
    `${LUA}class A extends LuaAgent {\n  constructor() {\n    super({ name: 'n', persona: ⟦'old'⟧ })\n  }\n}\nexport default new A()\n`,
  ),
  one(
    'a class that passes on',
    `${LUA}class A extends LuaAgent { constructor(config: object) { super(config) } }\nexport default new A({ name: 'n', persona: ⟦'old'⟧ })\n`,
  ),
  one(
    'a namespace import of LuaAgent',
    `import * as lua from 'lua-cli'\nnew lua.LuaAgent({ name: 'n', persona: ⟦'old'⟧ })\n`,
  ),
  one(
    'an alias of LuaAgent',
    `import { LuaAgent as Agent } from 'lua-cli'\nnew Agent({ name: 'n', persona: ⟦'old'⟧ })\n`,
  ),
  // Other files
  two('an import', `import { PERSONA } from './persona'\n${P}`, { 'src/persona.ts': CONST }),
  two('an import with .js', `import { PERSONA } from './persona.js'\n${P}`, { 'src/persona.ts': CONST }),
  two('an import from tsx', `import { PERSONA } from './persona'\n${P}`, {
    'src/persona.tsx': `${CONST}export const view = <b>{PERSONA}</b>\ndeclare const React: any\n`
      .replace('export const view', 'export const view = () =>')
      .replace('=> =', '=>'),
  }),
  two('an import with CRLF in the other file', `import { PERSONA } from './persona'\n${P}`, {
    'src/persona.ts': crlf(`// text\n${CONST}`),
  }),
  two('an aliased import', `import { TEXT as PERSONA } from './persona'\n${P}`, {
    'src/persona.ts': "const X = ⟦'old'⟧\nexport { X as TEXT }\n",
  }),
  two('a default import', `import PERSONA from './persona'\n${P}`, {
    'src/persona.ts': 'export default ⟦`old`⟧\n',
  }),
  two(
    'a namespace import',
    `import * as texts from './persona'\nnew LuaAgent({ name: 'n', persona: texts.PERSONA })`,
    { 'src/persona.ts': CONST },
  ),
  two('a barrel', `import { PERSONA } from './texts'\n${P}`, {
    'src/texts/index.ts': "export * from './persona'\n",
    'src/texts/persona.ts': CONST,
  }),
  two(
    'a renamed re-export',
    `import { texts } from './texts'\nnew LuaAgent({ name: 'n', persona: texts.P })`,
    {
      'src/texts.ts': "export * as texts from './inner'\n",
      'src/inner.ts': "export { PERSONA as P } from './persona'\n",
      'src/persona.ts': CONST,
    },
  ),
  two(
    'a tsconfig alias',
    `import { PERSONA } from '@/persona'\n${P}`,
    {
      'src/persona.ts': CONST,
      'tsconfig.json': '{ // c\n "compilerOptions": { "paths": { "@/*": ["./src/*"], }, } }',
    },
    { aliases: { '@/persona': '/project/src/persona' } },
  ),
  two(
    'a baseUrl from an extended tsconfig',
    `import { PERSONA } from 'texts/persona'\n${P}`,
    {
      'src/texts/persona.ts': CONST,
      'tsconfig.json': '{ "extends": ["./config/base"] }',
      'config/base.json': '{ "compilerOptions": { "baseUrl": "../src" } }',
    },
    { aliases: { 'texts/persona': '/project/src/texts/persona' } },
  ),
  two(
    'a file outside the project',
    `import { PERSONA } from '../../shared/persona'\n${P}`,
    { '/shared/persona.ts': CONST },
    { workspaceRoot: '/' },
  ),
  two(
    'a package of the workspace',
    `import { PERSONA } from '@acme/texts'\n${P}`,
    {
      '/package.json': '{ "workspaces": ["packages/*"] }',
      '/packages/texts/package.json': '{ "name": "@acme/texts", "main": "dist/index.js" }',
      '/packages/texts/src/index.ts': CONST,
    },
    { workspaceRoot: '/', aliases: { '@acme/texts': '/packages/texts/src/index' } },
  ),
  two('JSON', `import texts from './texts.json'\nnew LuaAgent({ name: 'n', persona: texts.persona })`, {
    'src/texts.json': '{\n\t"name": "x",\n\t"persona": ⟦"old"⟧\n}\n',
  }),
  two(
    'JSON as the whole config',
    `import config from './agent.json' with { type: 'json' }\nnew LuaAgent(config)`,
    { 'src/agent.json': '{ "persona": ⟦"old \\u00e9"⟧, "name": "n" }' },
  ),
  two('a text file with ?raw', `import PERSONA from './persona.md?raw'\n${P}`, {
    'src/persona.md': '⟦# old\n⟧',
  }),
  two('a text file', `import PERSONA from './persona.md'\n${P}`, { 'src/persona.md': '⟦# old⟧' }),
  two('a default of the environment', `const PERSONA = process.env.PERSONA_TEXT ?? ⟦'old'⟧\n${P}`, {}),
  two('a text file with an attribute', `import PERSONA from './persona.md' with { type: 'text' }\n${P}`, {
    'src/persona.md': '⟦# old⟧',
  }),
  two(
    'a text file that is read',
    `import { readFileSync } from 'node:fs'\nnew LuaAgent({ name: 'n', persona: readFileSync(new URL('./persona.md', import.meta.url), 'utf8') })`,
    { 'src/persona.md': '⟦# old\n\ntext\n⟧' },
  ),
  two(
    'a trimmed text file',
    `import fs from 'fs'\nimport path from 'path'\nnew LuaAgent({ name: 'n', persona: ⟦fs.readFileSync(path.join(__dirname, '../persona.md'), 'utf-8').trim()⟧ })`,
    { 'persona.md': '⟦\n# old\n⟧' },
  ),
  // Calls and tags: they may go
  value('trim', '⟦`\n  old\n`.trim()⟧'),
  value('trimEnd of a const', '⟦TEXT.trimEnd()⟧', "const TEXT = ⟦'old\\n'⟧"),
  value('String.raw', '⟦String.raw`old \\d`⟧'),
  value('a dedent tag', '⟦dedent`\n    old\n      text\n  `⟧', "import dedent from 'dedent'"),
  value('an outdent tag', '⟦outdent`\n    old\n      text\n  `⟧', "import { outdent } from 'outdent'"),
  value(
    'a stripIndent tag',
    '⟦stripIndent`\n\t\told\n\t\t\ttext\n\t`⟧',
    "import { stripIndent } from 'common-tags'",
  ),
  value('replace', "⟦'old TEXT here'.replace('TEXT', 'text')⟧"),
  // Several literals: only by force
  value('concatenation', "⟦'old ' + 'text'⟧", '', { force: true }),
  value('concatenation over lines, with comments', "⟦'old ' + // one\n    /* two */ `text` +\n    1⟧", '', {
    force: true,
  }),
  value('join', "⟦['old', 'text'].join('\\n')⟧", '', { force: true }),
  value('interpolation', '⟦`old ${N} text`⟧', "const N = 'x'", { force: true }),
  value(
    'a dedent tag with an interpolation',
    '⟦dedent`\n    old ${N}\n    text\n  `⟧',
    "import dedent from 'dedent'\nconst N = 'x'",
    { force: true },
  ),
]

/** The files of a layout without marks, and where the marked ranges are. */
export function unmarked({ files }: Layout): {
  files: Record<string, string>
  gaps: Record<string, string[]>
} {
  const plain: Record<string, string> = {}
  const gaps: Record<string, string[]> = {}
  for (const [path, content] of Object.entries(files)) {
    plain[path] = content.replace(/[⟦⟧]/g, '')
    gaps[path] = content.split(/⟦[^⟧]*⟧/)
  }
  return { files: plain, gaps }
}
