// Builds the site from the texts of the repository into site/dist/html, and checks it. Installs what it needs below `site`.
// `--base /qqkit/` is for a site that is not at the root of its host.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { entriesOf, readApi, typedocOptions } from './site/api-pages.mjs'
import { baseOf } from './site/base.mjs'
import { builtFaults, llmsFaults } from './site/check-built.mjs'
import { llmsText, makePages, writeAll } from './site/write-pages.mjs'

const root = path.dirname(import.meta.dirname)
const site = path.join(root, 'site')
const dist = path.join(site, 'dist')
const pages = path.join(dist, 'pages')
const html = path.join(dist, 'html')
const base = baseOf(process.argv.slice(2))

/** Runs a program below `site` to its end. @param {string} name @param {readonly string[]} args */
const run = (name, ...args) => {
  const started = performance.now()
  const shell = process.platform === 'win32'
  const { status } = spawnSync(name, args, { cwd: site, stdio: 'inherit', shell })
  if (status !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${status}`)
  console.log(`${name}: ${Math.round((performance.now() - started) / 1000)} s`)
}

run('npx', '-y', 'pnpm@10.34.9', 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent')

const entries = entriesOf(root)
const typedoc = path.join(dist, 'typedoc')
mkdirSync(dist, { recursive: true })
writeFileSync(path.join(dist, 'typedoc.json'), JSON.stringify(typedocOptions(root, entries, typedoc)))
run(path.join('node_modules', '.bin', 'typedoc'), '--options', 'dist/typedoc.json')

const { written, sidebar, summary } = await makePages(root, readApi(typedoc, entries))
writeAll(pages, written)
writeFileSync(path.join(dist, 'sidebar.json'), JSON.stringify(sidebar))
run(path.join('node_modules', '.bin', 'vitepress'), 'build', '--base', base)

// Language models read the texts themselves.
const llms = llmsText(sidebar.en, summary, base)
writeFileSync(path.join(html, 'llms.txt'), llms)
for (const file of written.keys())
  if (!/errors\/\d/.test(file)) cpSync(path.join(pages, file), path.join(html, file))

const built = readdirSync(html, { recursive: true, encoding: 'utf8' })
const files = new Map(
  built
    .filter((file) => /\.(?:html|css|js)$/.test(file))
    .map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(html, file), 'utf8')]),
)
const place = { base, files: new Set(built.map((file) => file.split(path.sep).join('/'))) }
const faults = [...builtFaults(files, place), ...llmsFaults(llms, place)]
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else
  console.log(`${written.size} pages in ${path.relative(root, html)}; \`pnpm -C site preview\` shows them.`)
