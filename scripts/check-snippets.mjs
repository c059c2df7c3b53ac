// Type-checks every TypeScript snippet of the READMEs and guides with the packages' compiler options, so that copied code
// compiles. A hidden comment before a snippet may declare the variables that it expects:
//   <!-- given: declare const rest: import('@qqkit/rest').Rest -->
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { compile } from './compile.mjs'

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
    // The scripts depend on every package, as these texts may.
    {
      home: path.join(root, 'scripts'),
      texts: [root, path.join(root, 'docs'), path.join(root, 'docs', 'guides')].flatMap(markdown),
    },
    { home: path.join(root, 'benchmarks'), texts: markdown(path.join(root, 'benchmarks')) },
  ]
}

/**
 * What a snippet uses of a package and does not import itself: copied code would lack it.
 *
 * @param {string} text
 * @returns {{ line: number, name: string }[]}
 */
export const hiddenImports = (text) =>
  [...text.matchAll(SNIPPET)].flatMap((match) => {
    const { given = '', code = '' } = match.groups ?? {}
    const names = [...given.matchAll(/\bimport \{ ([^}]*) \}/g)].flatMap(([, list = '']) =>
      list.split(/, *(?:type )?/),
    )
    const plain = code.replaceAll(/'[^']*'/g, '')
    const line = text.slice(0, match.index).split('\n').length
    return names
      .filter((name) => new RegExp(String.raw`\b${name}\b`).test(plain))
      .map((name) => ({ line, name }))
  })

const COMPILER_OPTIONS = {
  declaration: false,
  isolatedDeclarations: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  skipLibCheck: true,
}

/**
 * Type-checks the snippets of texts, each inside the package that it belongs to, and all at once: every run would check
 * the packages' sources again.
 *
 * @param {readonly { home: string, texts: readonly string[] }[]} places packages' folders with their Markdown files
 * @param {string} config where the compiler's configuration may be written
 * @param {string} root
 * @returns {{ count: number, faults: string[] }}
 */
export const checkSnippets = (places, config, root) => {
  /** @type {Map<string, { text: string, line: number }>} */
  const origin = new Map()
  for (const { home, texts } of places) {
    const folder = path.join(home, 'reports', 'snippets')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const text of texts) {
      for (const { line, source } of snippetsOf(readFileSync(text, 'utf8'))) {
        const name = `${path.basename(text, '.md').toLowerCase().replaceAll('.', '-')}-${line}.ts`
        origin.set(path.join(folder, name), { text, line })
        writeFileSync(path.join(folder, name), source)
      }
    }
  }
  if (origin.size === 0) return { count: 0, faults: [] }
  mkdirSync(path.dirname(config), { recursive: true })
  writeFileSync(
    config,
    JSON.stringify({
      extends: path.join(root, 'tsconfig.base.json'),
      compilerOptions: COMPILER_OPTIONS,
      files: [...origin.keys()],
    }),
  )
  const { status, stdout, stderr } = compile(['-p', config, '--pretty', 'false'], {
    cwd: root,
    stdio: 'pipe',
  })
  if (status === 0) return { count: origin.size, faults: [] }
  const faults = `${stdout}${stderr}`
    .trim()
    .split('\n')
    .map((message) =>
      message.replace(/^(\S+\.ts)\((\d+),(\d+)\)/, (whole, /** @type {string} */ name, row, column) => {
        const found = origin.get(path.resolve(root, name))
        if (!found) return whole
        return `${path.relative(root, found.text)}:${found.line + Number(row) - 2}:${column}`
      }),
    )
  return { count: origin.size, faults }
}

if (import.meta.filename === process.argv[1]) {
  const root = path.dirname(import.meta.dirname)
  const config = path.join(root, 'scripts', 'reports', 'snippets.tsconfig.json')
  const places = placesOf(root)
  const { count, faults } = checkSnippets(places, config, root)
  for (const text of places.flatMap(({ texts }) => texts))
    for (const { line, name } of hiddenImports(readFileSync(text, 'utf8')))
      faults.push(`${path.relative(root, text)}:${line}: the snippet uses ${name} without its import`)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else console.log(`${count} snippets compile.`)
}
