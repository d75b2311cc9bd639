import type { Files } from './memory.js'

/** A persona that is kept as a list of lines, in one of the ways people lay that out. */
export interface ListLayout {
  title: string
  /** `⟦…⟧` is the list or sum; all around it must stay as it is. */
  files: Record<string, string>
  /** What stands between the lines of the text. */
  separator: string
  lines: string[]
  /** The text ends with a line break. */
  end?: string
}

const LUA = "import { LuaAgent } from 'lua-cli'\n"
const LINES = ['You are Ada.', 'Be kind.', "Don't shout.", 'Say goodbye.']
const layout = (
  title: string,
  persona: string,
  {
    before = '',
    lines = LINES,
    separator = '\n',
    files = {},
    end = '',
  }: Partial<ListLayout> & { before?: string } = {},
): ListLayout => ({
  title,
  files: {
    'src/index.ts': `${LUA}${before}\nexport const agent = new LuaAgent({\n  name: 'n',\n  persona: ${persona},\n  skills: [],\n})\n`,
    ...(files as Files as Record<string, string>),
  },
  separator,
  lines,
  end,
})
const oneEach = `⟦[\n    'You are Ada.',\n    'Be kind.',\n    "Don't shout.",\n    'Say goodbye.',\n  ]⟧.join('\\n')`

export const LIST_LAYOUTS: ListLayout[] = [
  layout('one a line, trailing comma', oneEach),
  layout('one a line, no trailing comma', oneEach.replace("'Say goodbye.',", "'Say goodbye.'")),
  layout('one line', `⟦['You are Ada.', 'Be kind.', "Don't shout.", 'Say goodbye.']⟧.join('\\n')`),
  layout(
    'one line without blanks',
    `⟦["You are Ada.","Be kind.","Don't shout.","Say goodbye."]⟧.join("\\n")`,
  ),
  layout(
    'several a line',
    `⟦[\n    'You are Ada.', 'Be kind.',\n    "Don't shout.", 'Say goodbye.',\n  ]⟧.join('\\n')`,
  ),
  layout(
    'the first on the line of the bracket',
    `⟦['You are Ada.',\n    'Be kind.',\n    "Don't shout.",\n    'Say goodbye.']⟧.join('\\n')`,
  ),
  layout(
    'comments behind',
    oneEach
      .replace("Ada.',", "Ada.', // who")
      .replace("kind.',", "kind.', // how")
      .replace("goodbye.',", "goodbye.', // end"),
  ),
  layout(
    'comments before',
    oneEach
      .replace("    'You", "    // who\n    'You")
      .replace("    'Be", "    /* how */\n    // is it\n    'Be")
      .replace("    'Say", "    // end\n    'Say"),
  ),
  layout(
    'comments between, and an empty line',
    oneEach
      .replace("kind.',", "kind.' /* k */,\n\n    // --- rules ---\n")
      .replace("'Say goodbye.',", "/* s */ 'Say goodbye.'"),
  ),
  layout('a nested spread of a constant', `⟦['You are Ada.', ...RULES, 'Say goodbye.']⟧.join('\\n')`, {
    before: `const RULES = ⟦[\n  'Be kind.',\n  "Don't shout.",\n]⟧\n`,
  }),
  layout(
    'a nested spread in place',
    `⟦[\n    'You are Ada.',\n    ...['Be kind.', "Don't shout."],\n    'Say goodbye.',\n  ]⟧.join('\\n')`,
  ),
  layout('an imported list, as const', "LINES.join('\\n')", {
    before: "import { LINES } from './lines'",
    files: {
      'src/lines.ts': `/** The lines. */\nexport const LINES = ⟦[\n\t'You are Ada.',\n\t'Be kind.',\n\t"Don't shout.",\n\t'Say goodbye.',\n]⟧ as const\n`,
    },
  }),
  layout('a list in JSON', "texts.lines.join('\\n')", {
    before: "import texts from './texts.json'",
    files: {
      'src/texts.json':
        '{\n  "lines": ⟦[\n    "You are Ada.",\n    "Be kind.",\n    "Don\'t shout.",\n    "Say goodbye."\n  ]⟧,\n  "x": 1\n}\n',
    },
  }),
  layout('CRLF', oneEach, { before: '/* crlf */' }),
  layout(
    'constants among the items',
    `⟦[\n    INTRO,\n    'Be kind.',\n    RULE,\n    'Say goodbye.',\n  ]⟧.join('\\n')`,
    {
      before: `const INTRO = ⟦'You are Ada.'⟧\nconst RULE = ⟦"Don't shout."⟧`,
    },
  ),
  layout('templates', "⟦[`You are ${NAME}.`, `Be kind.`, `Don't shout.`, `Say goodbye.`]⟧.join(`\\n`)", {
    before: "const NAME = 'Ada'",
  }),
  layout(
    'paragraphs',
    `⟦[\n    'You are Ada.',\n    'Be kind.\\nVery.',\n    "Don't shout.",\n    'Say goodbye.',\n  ]⟧.join('\\n\\n')`,
    {
      separator: '\n\n',
      lines: ['You are Ada.', 'Be kind.\nVery.', "Don't shout.", 'Say goodbye.'],
    },
  ),
  layout('trimmed', `${oneEach}.trim()`),
  layout(
    'joined by nothing, with line breaks',
    `⟦[\n    'You are Ada.\\n',\n    'Be kind.\\n',\n    "Don't shout.\\n",\n    'Say goodbye.\\n',\n  ]⟧.join('')`,
    { end: '\n' },
  ),
  layout(
    'empty lines among them',
    `⟦[\n    'You are Ada.',\n    '',\n    'Be kind.',\n    '',\n    'Say goodbye.',\n  ]⟧.join('\\n')`,
    {
      lines: ['You are Ada.', '', 'Be kind.', '', 'Say goodbye.'],
    },
  ),
  layout(
    'a sum, breaking behind the plus',
    `⟦'You are Ada.\\n' +\n    'Be kind.\\n' +\n    "Don't shout.\\n" +\n    'Say goodbye.'⟧`,
  ),
  layout(
    'a sum, breaking before the plus',
    `⟦'You are Ada.\\n'\n    + 'Be kind.\\n'\n    + "Don't shout.\\n"\n    + 'Say goodbye.\\n'⟧`,
    { end: '\n' },
  ),
  layout('a sum on one line', `⟦'You are Ada.' + '\\nBe kind.' + "\\nDon't shout." + '\\nSay goodbye.'⟧`),
  layout(
    'a sum with comments',
    `⟦'You are Ada.\\n' + // who\n    'Be kind.\\n' + // how\n    /* loud */ "Don't shout.\\n" +\n    'Say goodbye.\\n'⟧`,
    { end: '\n' },
  ),
  layout(
    'one line, with blanks inside',
    `⟦[ 'You are Ada.', 'Be kind.', "Don't shout.", 'Say goodbye.' ]⟧.join('\\n')`,
  ),
  layout(
    'one line, trailing comma',
    `⟦['You are Ada.', 'Be kind.', "Don't shout.", 'Say goodbye.',]⟧.join('\\n')`,
  ),
  layout(
    'commas in front',
    `⟦[\n      'You are Ada.'\n    , 'Be kind.'\n    , "Don't shout."\n    , 'Say goodbye.'\n  ]⟧.join('\\n')`,
  ),
  layout(
    'commas in front, comments behind',
    `⟦[\n      'You are Ada.' // who\n    , 'Be kind.' // how\n    , "Don't shout." // loud\n    , 'Say goodbye.' // end\n  ]⟧.join('\\n')`,
  ),
  layout(
    'three and one',
    `⟦[\n    'You are Ada.', 'Be kind.', "Don't shout.",\n    'Say goodbye.'\n  ]⟧.join('\\n')`,
  ),
  layout(
    'comments behind, no trailing comma',
    oneEach
      .replace("Ada.',", "Ada.', // who")
      .replace("kind.',", "kind.', // how")
      .replace("goodbye.',", "goodbye.' // end"),
  ),
  layout(
    'comments before the commas',
    oneEach
      .replace("Ada.',", "Ada.' /* who */,")
      .replace("kind.',", "kind.' /* how */,")
      .replace("goodbye.',", "goodbye.' /* end */"),
  ),
  layout(
    'comments in front, on the same line',
    oneEach
      .replace("    'You", "    /* who */ 'You")
      .replace("    'Be", "    /* how */ 'Be")
      .replace("    'Say", "    /* end */ 'Say"),
  ),
  layout(
    'comments on one line',
    `⟦[/* a */ 'You are Ada.' /* b */, /* c */ 'Be kind.' /* d */, "Don't shout.", /* e */ 'Say goodbye.' /* f */]⟧.join('\\n')`,
  ),
  layout(
    'a comment behind the bracket, and one before its end',
    oneEach.replace('[', '[ // the lines').replace("goodbye.',", "goodbye.',\n    // that is all"),
  ),
  layout('two lists spread', `⟦[...A, ...B]⟧.join('\\n')`, {
    before: `const A = ⟦['You are Ada.', 'Be kind.']⟧\nconst B = ⟦[\n  "Don't shout.",\n  'Say goodbye.',\n]⟧\n`,
  }),
  layout(
    'a spread that a condition decides about',
    `⟦[\n    'You are Ada.',\n    ...(LOUD ? ['Shout.'] : ['Be kind.', "Don't shout."]),\n    'Say goodbye.',\n  ]⟧.join('\\n')`,
    { before: 'const LOUD = false' },
  ),
  layout('as const satisfies', "LINES.join('\\n')", {
    before: `const LINES = ⟦[\n  'You are Ada.',\n  'Be kind.',\n  "Don't shout.",\n  'Say goodbye.',\n]⟧ as const satisfies readonly string[]`,
  }),
  layout(
    'calls on lines of their own',
    oneEach.replace('.join', '\n    .join').replace(/$/, '\n    .trim()'),
  ),
  layout(
    'joined by nothing, breaks in front',
    `⟦['You are Ada.', '\\nBe kind.', "\\nDon't shout.", '\\nSay goodbye.']⟧.join('')`,
  ),
  layout('joined by a blank', oneEach.replace('\\n', ' '), { separator: ' ' }),
  layout('joined by a constant', oneEach.replace("'\\n'", 'EOL'), { before: "const EOL = '\\n'" }),
  layout(
    'imported constants and expressions among the items',
    "⟦[INTRO, 'Be ' + 'kind.', `Don${APOSTROPHE}t shout.`, 'Say goodbye.']⟧.join('\\n')",
    {
      before: "import { INTRO } from './intro'\nconst APOSTROPHE = \"'\"",
      files: { 'src/intro.ts': 'export const INTRO = ⟦`You are Ada.`⟧\n' },
    },
  ),
  layout(
    'a sum of lines and breaks',
    `⟦'You are Ada.' + '\\n' + 'Be kind.' + '\\n' + "Don't shout." + '\\n' + 'Say goodbye.'⟧`,
  ),
  layout('a sum in a sum', `⟦'You are Ada.\\n' + ('Be kind.\\n' + "Don't shout.\\n") + 'Say goodbye.'⟧`),
  layout(
    'two lists in a sum',
    `⟦['You are Ada.', 'Be kind.'].join('\\n') + '\\n' + ["Don't shout.", 'Say goodbye.'].join('\\n')⟧`,
  ),
  layout('a list in an object', "T.lines.join('\\n')", {
    before:
      "const T = {\n  title: 'x',\n  lines: ⟦[\n    'You are Ada.',\n    'Be kind.',\n    \"Don't shout.\",\n    'Say goodbye.',\n  ]⟧,\n}",
  }),
  layout('a list that is a default export', "lines.join('\\n')", {
    before: "import lines from './lines'",
    files: {
      'src/lines.ts':
        "export default ⟦[\n  'You are Ada.',\n  'Be kind.',\n  \"Don't shout.\",\n  'Say goodbye.'\n]⟧\n",
    },
  }),
  layout('a frozen list', "LINES.join('\\n')", {
    before: "const LINES = Object.freeze(⟦['You are Ada.', 'Be kind.', \"Don't shout.\", 'Say goodbye.']⟧)",
  }),
  layout(
    'a list inside a template',
    "`⟦${[\n    'You are Ada.',\n    'Be kind.',\n    \"Don't shout.\",\n    'Say goodbye.',\n  ].join('\\n')}⟧`",
  ),
  layout('joined by a comma', "⟦['You are Ada.', 'Be kind.', \"Don't shout.\", 'Say goodbye.']⟧.join(', ')", {
    separator: ', ',
  }),
  layout('a template of constants', '⟦`${A}\n${B}\n${C}\n${D}`⟧', {
    before:
      "const A = ⟦'You are Ada.'⟧\nconst B = ⟦'Be kind.'⟧\nconst C = ⟦\"Don't shout.\"⟧\nconst D = ⟦'Say goodbye.'⟧",
  }),
  layout('a sum of constants', "⟦A + '\\n' + B + '\\n' + C + '\\n' + D⟧", {
    before:
      "const A = ⟦'You are Ada.'⟧\nconst B = ⟦'Be kind.'⟧\nconst C = ⟦\"Don't shout.\"⟧\nconst D = ⟦'Say goodbye.'⟧",
  }),
  layout(
    'lines that are there several times',
    "⟦[\n    '---',\n    'Be kind.',\n    '---',\n    'Say goodbye.',\n    '---',\n  ]⟧.join('\\n')",
    { lines: ['---', 'Be kind.', '---', 'Say goodbye.', '---'] },
  ),
  layout(
    'empty lines at both ends',
    "⟦[\n    '',\n    'Be kind.',\n    'Say goodbye.',\n    '',\n  ]⟧.join('\\n')",
    { lines: ['', 'Be kind.', 'Say goodbye.', ''] },
  ),
  layout(
    'a list in a list',
    "⟦[\n    ['You are', 'Ada.'].join(' '),\n    'Be kind.',\n    \"Don't shout.\",\n    'Say goodbye.',\n  ]⟧.join('\\n')",
  ),
  layout(
    'lines that are commented out',
    "⟦[\n    'You are Ada.',\n    // 'Old one.',\n    'Be kind.',\n    // 'Older.',\n    // 'Oldest.',\n    \"Don't shout.\",\n    'Say goodbye.',\n    // 'Gone.',\n  ]⟧.join('\\n')",
  ),
  layout(
    'groups with headings',
    "⟦[\n    // --- who ---\n    'You are Ada.',\n\n    // --- how ---\n    'Be kind.',\n    \"Don't shout.\",\n\n    // --- end ---\n    'Say goodbye.',\n  ]⟧.join('\\n')",
  ),
  layout(
    'tabs, CRLF and comments',
    "⟦[\r\n\t\t'You are Ada.', // a\r\n\t\t// b\r\n\t\t'Be kind.',\r\n\t\t\"Don't shout.\", /* c */\r\n\t\t'Say goodbye.'\r\n\t]⟧.join('\\n')",
  ),
  layout(
    'brackets beside the lines',
    "⟦[ 'You are Ada.'\n    , 'Be kind.'\n    , \"Don't shout.\"\n    , 'Say goodbye.' ]⟧.join('\\n')",
  ),
  layout(
    'double quotes and escapes',
    '⟦[\n    "You are \\"Ada\\".",\n    "Be kind\\u2014always.",\n    "Don\'t shout.",\n    "Tab\\there.",\n  ]⟧.join("\\n")',
    { lines: ['You are "Ada".', 'Be kind—always.', "Don't shout.", 'Tab\there.'] },
  ),
  layout('three imported lists spread', "⟦[...WHO, ...HOW, ...END]⟧.join('\\n')", {
    before: "import { WHO, HOW } from './who'\nimport { END } from './end'",
    files: {
      'src/who.ts':
        "export const WHO = ⟦['You are Ada.']⟧\nexport const HOW = ⟦[\n  'Be kind.',\n  \"Don't shout.\",\n]⟧\n",
      'src/end.ts': 'export const END: string[] = ⟦["Say goodbye."]⟧;\n',
    },
  }),
  layout(
    'a sum of templates',
    "⟦`You are Ada.\n` +\n    `Be kind.\n` +\n    `Don't shout.\n` +\n    `Say goodbye.\n`⟧",
    { end: '\n' },
  ),
  layout(
    'a list without what is not true',
    `⟦[\n    'You are Ada.',\n    LOUD && 'Shout.',\n    'Be kind.', // how\n    null,\n    "Don't shout.",\n    'Say goodbye.',\n  ]⟧.filter(Boolean).join('\\n')`,
    { before: 'const LOUD = false' },
  ),
  layout('tabs', oneEach.replace(/\n {4}/g, '\n\t\t').replace('\n  ]', '\n\t]')),
].map(made =>
  made.title === 'CRLF'
    ? { ...made, files: { 'src/index.ts': (made.files['src/index.ts'] as string).replaceAll('\n', '\r\n') } }
    : made,
)

/** What may be done to the lines of a text, at its first, a middle and its last line. */
export const LIST_CHANGES: [title: string, change: (lines: string[], at: number) => string[]][] = [
  ['removes', (lines, at) => lines.toSpliced(at, 1)],
  ['adds a line before', (lines, at) => lines.toSpliced(at, 0, 'Brand new.')],
  ['adds two lines behind', (lines, at) => lines.toSpliced(at + 1, 0, 'Brand new.', "It's `two`.")],
  ['replaces', (lines, at) => lines.with(at, 'Something else here.')],
  ['edits', (lines, at) => lines.with(at, `${lines[at]} Always!`)],
  ['moves to the front', (lines, at) => [lines[at] as string, ...lines.toSpliced(at, 1)]],
  ['moves to the end', (lines, at) => [...lines.toSpliced(at, 1), lines[at] as string]],
  ['removes two', (lines, at) => lines.toSpliced(Math.min(at, lines.length - 2), 2)],
  ['leaves only', (lines, at) => [lines[at] as string]],
  ['takes both ends away', lines => lines.slice(1, -1)],
  ['adds both ends', lines => ['Before.', ...lines, 'Behind.']],
  ['changes several', ([first = '', , ...rest]) => [first, 'Another.', ...rest, 'Brand new.']],
  ['turns around', lines => lines.toReversed()],
]
