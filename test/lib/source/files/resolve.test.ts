import { expect } from 'chai'
import { Resolver } from '../../../../src/lib/source/files/resolve.js'
import { type Files, memoryHost } from '../memory.js'

const FROM = '/project/src/index.ts'

function resolve(specifier: string, files: Files, workspaceRoot?: string, type?: string) {
  return new Resolver(memoryHost(files, workspaceRoot)).resolve(FROM, specifier, type)
}

/** Specifier, files, and the path it means, or the kind of answer. */
const CASES: [title: string, specifier: string, files: Files, expected: string, workspaceRoot?: string][] = [
  ['an exact file', './a.ts', { 'src/a.ts': '' }, '/project/src/a.ts'],
  [
    'the order of extensions',
    './a',
    { 'src/a.js': '', 'src/a.ts': '', 'src/a.tsx': '' },
    '/project/src/a.tsx',
  ],
  ['a file before a folder', './a', { 'src/a.ts': '', 'src/a/index.ts': '' }, '/project/src/a.ts'],
  ['.js that means .ts', './a.js', { 'src/a.ts': '' }, '/project/src/a.ts'],
  ['.js that is there', './a.js', { 'src/a.ts': '', 'src/a.js': '' }, '/project/src/a.js'],
  ['.jsx that means .tsx', './a.jsx', { 'src/a.tsx': '' }, '/project/src/a.tsx'],
  ['.mjs that means .mts', './a.mjs', { 'src/a.mts': '' }, '/project/src/a.mts'],
  ['a name with dots', './a.texts', { 'src/a.texts.ts': '' }, '/project/src/a.texts.ts'],
  ['a folder index', '.', { 'src/index.tsx': '' }, '/project/src/index.tsx'],
  [
    'a folder with package.json',
    './a',
    { 'src/a/package.json': '{"main":"lib/x.js"}', 'src/a/lib/x.ts': '' },
    '/project/src/a/lib/x.ts',
  ],
  ['declarations only', './a', { 'src/a.d.ts': '' }, 'missing'],
  ['nothing', './a', {}, 'missing'],
  ['a file above the workspace', '../../x', { '/x.ts': '' }, 'missing'],
  ['a package', 'zod', {}, 'external'],
  ['a scoped package with a path', '@a/b/c', {}, 'external'],
  ['a builtin', 'node:fs', {}, 'external'],
  ['a query that is not known', './a.ts?url', { 'src/a.ts': '' }, 'missing'],
  ['a data file with a loud name', './T.JSON', { 'src/T.JSON': '' }, '/project/src/T.JSON'],
  ['markdown, which is text', './a.md', { 'src/a.md': '' }, '/project/src/a.md'],
  ['a text file', './a.txt', { 'src/a.txt': '' }, '/project/src/a.txt'],
  [
    'paths with a star',
    '@/x/y',
    { 'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}', 'src/x/y.ts': '' },
    '/project/src/x/y.ts',
  ],
  [
    'paths without a star',
    'texts',
    { 'tsconfig.json': '{"compilerOptions":{"paths":{"texts":["./src/t.ts"]}}}', 'src/t.ts': '' },
    '/project/src/t.ts',
  ],
  [
    'the longest prefix',
    '@/a/x',
    {
      'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./no/*"],"@/a/*":["./src/*"]}}}',
      'src/x.ts': '',
      'no/a/x.ts': '',
    },
    '/project/src/x.ts',
  ],
  [
    'the longest prefix, wherever it stands',
    '@/a/x',
    {
      'tsconfig.json': '{"compilerOptions":{"paths":{"@/a/*":["./src/*"],"@/*":["./no/*"]}}}',
      'src/x.ts': '',
      'no/a/x.ts': '',
    },
    '/project/src/x.ts',
  ],
  [
    'the second target',
    '@/x',
    { 'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./gen/*","./src/*"]}}}', 'src/x.ts': '' },
    '/project/src/x.ts',
  ],
  [
    'paths from baseUrl',
    '@/x',
    { 'tsconfig.json': '{"compilerOptions":{"baseUrl":"./src","paths":{"@/*":["./*"]}}}', 'src/x.ts': '' },
    '/project/src/x.ts',
  ],
  [
    'baseUrl',
    'x/y',
    { 'tsconfig.json': '{"compilerOptions":{"baseUrl":"src"}}', 'src/x/y.ts': '' },
    '/project/src/x/y.ts',
  ],
  [
    'a mapping to nothing, which is a package',
    '@/x',
    { 'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}' },
    'external',
  ],
  [
    'comments and commas in tsconfig',
    '@/x',
    {
      'tsconfig.json':
        '\uFEFF{ // a "b"\n"compilerOptions": { /* c */ "paths": { "@/*": ["./src/*",], }, },\n}',
      'src/x.ts': '',
    },
    '/project/src/x.ts',
  ],
  [
    'extends',
    '@/x',
    {
      'tsconfig.json': '{"extends":"./base"}',
      'base.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
      'src/x.ts': '',
    },
    '/project/src/x.ts',
  ],
  [
    'extends of several, the last wins',
    '@/x',
    {
      'tsconfig.json': '{"extends":["./a.json","./b.json"]}',
      'a.json': '{"compilerOptions":{"paths":{"@/*":["./no/*"]}}}',
      'b.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
      'src/x.ts': '',
      'no/x.ts': '',
    },
    '/project/src/x.ts',
  ],
  [
    'extends of a package',
    '@/x',
    {
      'tsconfig.json': '{"extends":"@acme/tsconfig/base.json"}',
      'node_modules/@acme/tsconfig/base.json': '{"compilerOptions":{"paths":{"@/*":["${configDir}/src/*"]}}}',
      'src/x.ts': '',
    },
    '/project/src/x.ts',
  ],
  [
    'extends in a circle',
    '@/x',
    {
      'tsconfig.json': '{"extends":"./tsconfig.json","compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
      'src/x.ts': '',
    },
    '/project/src/x.ts',
  ],
  ['a broken tsconfig', '@/x', { 'tsconfig.json': '{ nonsense', 'src/x.ts': '' }, 'external'],
  [
    'the nearest tsconfig',
    '@/x',
    {
      'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./no/*"]}}}',
      'src/tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./lib/*"]}}}',
      'src/lib/x.ts': '',
      'no/x.ts': '',
    },
    '/project/src/lib/x.ts',
  ],
  [
    'a tsconfig above the project',
    '@/x',
    {
      '/ws/tsconfig.json': '{}',
      '/tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./shared/*"]}}}',
      '/shared/x.ts': '',
    },
    '/shared/x.ts',
    '/',
  ],
  [
    'imports of package.json',
    '#texts/x',
    {
      'package.json': '{"imports":{"#texts/*":{"types":"./x.d.ts","default":"./src/texts/*.ts"}}}',
      'src/texts/x.ts': '',
    },
    '/project/src/texts/x.ts',
  ],
  ['imports that are not there', '#x', { 'package.json': '{}' }, 'missing'],
  [
    'a package that the workspace lists',
    '@acme/t',
    {
      '/package.json': '{"workspaces":{"packages":["packages/*"]}}',
      '/packages/t/package.json':
        '{"name":"@acme/t","exports":{".":{"types":"./dist/i.d.ts","import":"./dist/main.js"}}}',
      '/packages/t/src/main.ts': '',
    },
    '/packages/t/src/main.ts',
    '/',
  ],
  [
    'a path into a package of the workspace',
    '@acme/t/sub',
    {
      '/package.json': '{"workspaces":["packages/t"]}',
      '/packages/t/package.json': '{"name":"@acme/t"}',
      '/packages/t/src/sub.ts': '',
    },
    '/packages/t/src/sub.ts',
    '/',
  ],
]

describe('source: resolving imports', () => {
  for (const [title, specifier, files, expected, workspaceRoot] of CASES) {
    it(`knows ${title}`, () => {
      const target = resolve(specifier, files, workspaceRoot)
      expect(target.kind === 'file' ? target.path : target.kind).to.equal(expected)
    })
  }

  it('follows a link in node_modules into the workspace, and only there', () => {
    const host = memoryHost(
      { '/packages/t/package.json': '{"name":"t","main":"i.ts"}', '/packages/t/i.ts': '' },
      '/',
    )
    const linked = (target: string) => ({
      ...host,
      isFile: (path: string) => path === '/project/node_modules/t/package.json' || host.isFile(path),
      realPath: () => target,
    })
    expect(new Resolver(linked('/packages/t')).resolve(FROM, 't')).to.deep.include({
      path: '/packages/t/i.ts',
    })
    expect(new Resolver(linked('/project/node_modules/.pnpm/t')).resolve(FROM, 't').kind).to.equal('external')
  })

  it('says how a file is read', () => {
    const files = { 'src/a.md': '', 'src/a.json': '', 'src/a.ts': '' }
    const form = (specifier: string, type?: string) => {
      const target = resolve(specifier, files, undefined, type)
      return target.kind === 'file' ? target.form : target.kind
    }
    expect(form('./a.md?raw')).to.equal('text')
    expect(form('./a.md', 'text')).to.equal('text')
    expect(form('./a.ts?raw')).to.equal('text')
    expect(form('./a.json')).to.equal('json')
    expect(form('./a.json', 'json')).to.equal('json')
    expect(form('./a.json', 'text')).to.equal('text')
    expect(form('./a')).to.equal('code')
  })
})
