// Installs tarballs with plain npm and uses them, so that a mistake of packing shows before a release.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { build } from 'esbuild'

import { beginAsNewcomer } from './newcomer.mjs'
import { AT_HAND, makeBundleProject, useBundlers } from './run-bundles.mjs'
import { run } from './run.mjs'

/** @typedef {import('./pack.mjs').Published} Published */

/** The version of Node's types in the workspace's catalog. @param {string} root */
const nodeTypes = (root) =>
  readFileSync(path.join(root, 'pnpm-workspace.yaml'), 'utf8').match(/'@types\/node': (\d\S+)/)?.[1]

/**
 * Installs tarballs with plain npm into an empty project.
 *
 * @param {string} project
 * @param {readonly string[]} tarballs
 * @param {string} root
 */
export const install = async (project, tarballs, root) => {
  mkdirSync(project, { recursive: true })
  writeFileSync(path.join(project, 'package.json'), '{ "name": "consumer", "private": true }')
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund']
  await run(project, 'npm', 'install', ...quiet, `@types/node@${nodeTypes(root)}`, ...tarballs)
}

/**
 * Checks that an installed manifest has no `workspace:` version.
 *
 * @param {string} project
 * @param {Published} published
 */
const checkManifest = (project, { name }) => {
  const installed = JSON.parse(readFileSync(path.join(project, 'node_modules', name, 'package.json'), 'utf8'))
  const used = JSON.stringify([installed.exports, installed.dependencies])
  if (/workspace:|catalog:|@qqkit\/source/.test(used))
    throw new Error(`${name} was published with workspace terms`)
}

const COMPILER_OPTIONS = {
  module: 'NodeNext',
  target: 'ES2022',
  strict: true,
  noEmit: true,
  types: ['node'],
  skipLibCheck: false,
}

const CHECK = `for (const [name, exports] of loaded) {
  if (Object.keys(exports).filter((key) => key !== 'default').length === 0) throw new Error(\`\${name} exports nothing\`)
}
`

/**
 * Bundles a file of a project into an ES module as users do who install the packages of others beside it, and runs that.
 *
 * @param {string} project
 * @param {string} file
 */
const useBundled = async (project, file) => {
  const ours = /^(?:[./#]|@qqkit\/)/
  await build({
    absWorkingDir: project,
    entryPoints: [file],
    outfile: path.join(project, 'bundled.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    plugins: [
      {
        name: 'others',
        setup(bundler) {
          bundler.onResolve({ filter: /./ }, ({ path: name, kind }) =>
            kind === 'entry-point' || ours.test(name) ? undefined : { path: name, external: true },
          )
        },
      },
    ],
  })
  await run(project, process.execPath, 'bundled.mjs')
}

/** Bundles a bot as the guide says, and runs it without packages. @param {string} folder below the project @param {string} root */
const useBundles = async (folder, root) => {
  makeBundleProject(folder, root)
  const faults = await useBundlers(folder, AT_HAND)
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

/**
 * Uses installed packages from an ES module, from its bundle, from CommonJS and from TypeScript, and as a newcomer.
 *
 * @param {string} project
 * @param {readonly Published[]} packages
 * @param {string} root
 * @returns {Promise<string[]>} the output of each failed use
 */
export const use = async (project, packages, root) => {
  for (const published of packages) checkManifest(project, published)
  const specifiers = packages.flatMap((published) => published.specifiers)
  const write = (/** @type {string} */ name, /** @type {string} */ text) =>
    writeFileSync(path.join(project, name), text)
  const loading = (/** @type {string} */ load) =>
    `const loaded = [\n${specifiers.map((name) => `  ['${name}', ${load}('${name}')],\n`).join('')}]\n${CHECK}`
  write('esm.mjs', loading('await import'))
  write('cjs.cjs', loading('require'))
  const typed = specifiers.map((name, n) => `import * as m${n} from '${name}'\nvoid m${n}\n`).join('')
  write('types.mts', typed)
  write('types.cts', typed)
  write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.mts', '*.cts'] }))
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const uses = await Promise.allSettled([
    run(project, process.execPath, 'esm.mjs'),
    useBundled(project, 'esm.mjs'),
    run(project, process.execPath, 'cjs.cjs'),
    run(project, process.execPath, compiler, '-p', '.'),
    beginAsNewcomer(project, root),
    useBundles(path.join(project, 'bundles'), root),
  ])
  return uses.filter((one) => one.status === 'rejected').map(({ reason }) => String(reason))
}
