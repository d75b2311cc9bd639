/** Awkward texts, by what is awkward about them. */

const paragraph = (index: number) => `## Part ${index}

You answer **kindly**, in \`markdown\`. Do not say \${never}; prices are in $ and €.

\`\`\`ts
const price = \`\${amount} \${currency}\`
console.log("it's", 'so', \\\\ and \\n stays two characters)
\`\`\`

- a list, with “quotes” and 'apostrophes'
	- indented by a tab
`

export const TEXTS: Record<string, string> = {
  'one word': 'Hello',
  'a single quote': "It's",
  'double quotes': 'Say "hi"',
  'both quotes': `"It's" 'so'`,
  'all three quotes': '`a` \'b\' "c"',
  'a backslash': 'C:\\dir',
  'a backslash at the end': 'ends with \\',
  'two backslashes at the end': 'ends with \\\\',
  'a backslash before a quote': `\\" and \\'`,
  'a backslash before a backtick': '\\`',
  'backslash-n as two characters': 'a\\nb',
  'two lines': 'a\nb',
  'three lines with blanks': 'a\n\n  b\n',
  'an interpolation': 'Hi ${user.name}',
  'an escaped interpolation': 'Hi \\${user.name}',
  'a doubly escaped interpolation': 'Hi \\\\${user.name}',
  'a dollar before an interpolation': '$${x} $$ ${',
  'a dollar at the end': 'costs 5$',
  'a brace at the start': '{x} and }',
  'code that would run': '${process.exit(1)}`);process.exit(1);(`',
  'a fence': '```ts\nconst a = `b`\n```',
  'a CR': 'a\rb',
  'a CRLF': 'a\r\nb\r\n',
  'LF and CR mixed': 'a\n\rb\r\n\r\rc',
  'U+2028 and U+2029': 'a\u2028b\u2029c',
  'NUL and a digit': 'a\0\x31b\0',
  'control characters': '\x01\x07\x08\x0b\x0c\x1b[31mred\x1b[0m\x7f\x85',
  'escape sequences as text': '\\x41 \\u0041 \\u{1F600} \\0 \\b',
  'a tab': 'a\tb',
  'bidi controls': 'a\u202Eb\u202C \u2066c\u2069 \u200F',
  'zero width and a byte order mark': 'a\u200Bb\uFEFFc\u200D',
  'a lone high surrogate': 'a\uD83D b',
  'a lone low surrogate': '\uDE00a',
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 😀',
  Arabic: 'مرحبا، أنت مساعد لطيف «جدا»',
  'Chinese and a no-break space': '你好\u00A0世界',
  XML: '<persona>\n  <identity name="x">a & b</identity>\n</persona>',
  'an HTML comment and a script': '<!-- --> <script>alert(1)</script> -->',
  comments: '// not a comment\n/* nor */ this */',
  'things that look like the declaration':
    "new LuaAgent({ persona: 'x' })\nimport { LuaAgent } from 'lua-cli'",
  JSON: '{ "persona": "x\\"y", "a": [1, null] }',
  'a template with a tag': 'String.raw`\\u` dedent`x`',
  'line continuation': 'a\\\nb',
  'blanks at the ends': '  a  \n',
  'octal escapes': '\\1 \\08 \\012',
  'a long text': 'word '.repeat(2000),
  'thirty kilobytes of markdown': Array.from({ length: 110 }, (_, index) => paragraph(index)).join('\n'),
}
