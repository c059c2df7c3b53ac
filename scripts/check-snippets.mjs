// Type-checks every TypeScript snippet of the READMEs and guides under the compiler options of the packages, so that what
// people copy compiles. A comment before a snippet may say what it takes for granted, and is not shown:
//   <!-- given: declare const rest: import('@qqkit/rest').Rest -->
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const SNIPPET = /(?:^<!-- given: (?<given>[^\n]*?) -->\n+)?^```ts\n(?<code>[\s\S]*?)^```$/gm

/**
 * The TypeScript snippets of a text. Each begins with the line that the reader does not see.
 *
 * @param {string} text
 * @returns {{ line: number, source: string }[]} `line`: of the text, 1-based, where the code's first line stands
 */
export const snippetsOf = (text) =>
  [...text.matchAll(SNIPPET)].map((match) => {
    const { given = '', code = '' } = match.groups ?? {}
    const before = text.slice(0, match.index + match[0].indexOf('```ts\n'))
    // Without an export a snippet that imports nothing would share its names with all others.
    return { line: before.split('\n').length + 1, source: `export {}; ${given}\n${code}` }
  })

/** Where snippets are checked, with the texts that hold them: a package's own resolve as its users' would. */
const placesOf = (/** @type {string} */ root) => {
  const markdown = (/** @type {string} */ folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
          .map((name) => path.join(folder, name))
      : []
  const homes = ['packages', 'apps'].flatMap((group) =>
    readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)),
  )
  return [
    ...homes.map((home) => ({ home, texts: markdown(home) })),
    // These depend on every package, as the texts at the root may.
    {
      home: path.join(root, 'benchmarks'),
      texts: [root, path.join(root, 'docs'), path.join(root, 'docs', 'guides')].flatMap(markdown),
    },
  ]
}

const CONFIG = {
  extends: '../../../../tsconfig.base.json',
  compilerOptions: {
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    skipLibCheck: true,
  },
  include: ['*.ts'],
}

/**
 * Type-checks the snippets of some texts inside a package.
 *
 * @param {string} home the package's folder
 * @param {readonly string[]} texts paths of Markdown files
 * @param {string} root
 * @returns {{ count: number, faults: string[] }}
 */
export const checkSnippets = (home, texts, root) => {
  const folder = path.join(home, 'reports', 'snippets')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  /** @type {Map<string, { text: string, line: number }>} */
  const origin = new Map()
  for (const text of texts) {
    for (const { line, source } of snippetsOf(readFileSync(text, 'utf8'))) {
      const name = `${path.basename(text, '.md').toLowerCase().replaceAll('.', '-')}-${line}.ts`
      origin.set(name, { text, line })
      writeFileSync(path.join(folder, name), source)
    }
  }
  if (origin.size === 0) return { count: 0, faults: [] }
  const extended = path.relative(folder, path.join(root, 'tsconfig.base.json')).split(path.sep).join('/')
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ ...CONFIG, extends: extended }))
  const compiler = path.join(home, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [compiler, '-p', folder, '--pretty', 'false'],
    { cwd: folder, encoding: 'utf8' },
  )
  if (status === 0) return { count: origin.size, faults: [] }
  const faults = `${stdout}${stderr}`
    .trim()
    .split('\n')
    .map((message) =>
      message.replace(/^(\S+\.ts)\((\d+),(\d+)\)/, (whole, /** @type {string} */ name, row, column) => {
        const found = origin.get(path.basename(name))
        if (!found) return whole
        return `${path.relative(root, found.text)}:${found.line + Number(row) - 2}:${column}`
      }),
    )
  return { count: origin.size, faults }
}

if (import.meta.filename === process.argv[1]) {
  const root = path.dirname(import.meta.dirname)
  const results = placesOf(root).map(({ home, texts }) => checkSnippets(home, texts, root))
  const faults = results.flatMap((result) => result.faults)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else console.log(`${results.reduce((sum, { count }) => sum + count, 0)} snippets compile.`)
}
