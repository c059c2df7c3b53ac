// Packs every published package, installs the tarballs with plain npm into an empty project outside the repository, and
// uses each from an ES module, from CommonJS and from TypeScript. This is what a user gets, not what the workspace has.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

const root = path.dirname(import.meta.dirname)
const windows = process.platform === 'win32'

/** @param {string} cwd @param {string} command @param {readonly string[]} args */
const run = (cwd, command, ...args) => {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', shell: windows })
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    throw new Error(`${command} ${args.join(' ')} failed in ${path.basename(cwd)}:\n${stdout}${stderr}`, {
      cause: error,
    })
  }
}

const packages = readdirSync(path.join(root, 'packages')).map((name) => {
  const home = path.join(root, 'packages', name)
  const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'))
  const entries = Object.keys(manifest.publishConfig.exports).filter((entry) => entry !== './package.json')
  return {
    home,
    name: manifest.name,
    specifiers: entries.map((entry) => path.posix.join(manifest.name, entry)),
  }
})
const specifiers = packages.flatMap((one) => one.specifiers)

const project = mkdtempSync(path.join(tmpdir(), 'qqkit-consumer-'))
try {
  const tarballs = path.join(project, 'tarballs')
  mkdirSync(tarballs)
  for (const { home } of packages) run(home, 'pnpm', 'pack', '--pack-destination', tarballs)
  const files = readdirSync(tarballs).map((file) => path.join(tarballs, file))

  writeFileSync(path.join(project, 'package.json'), '{ "name": "consumer", "private": true }')
  const types = readFileSync(path.join(root, 'pnpm-workspace.yaml'), 'utf8').match(
    /'@types\/node': (\d\S+)/,
  )?.[1]
  run(
    project,
    'npm',
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `@types/node@${types}`,
    ...files,
  )
  for (const { name } of packages) {
    const installed = JSON.parse(
      readFileSync(path.join(project, 'node_modules', name, 'package.json'), 'utf8'),
    )
    const used = JSON.stringify([installed.exports, installed.dependencies])
    if (/workspace:|catalog:|@qqkit\/source/.test(used))
      throw new Error(`${name} was published with workspace terms`)
  }

  const load = specifiers.map((name) => `  ['${name}', LOAD('${name}')],`).join('\n')
  const check = [
    'for (const [name, exports] of loaded) {',
    "  if (Object.keys(exports).filter((key) => key !== 'default').length === 0) throw new Error(`${name} exports nothing`)",
    '}',
  ].join('\n')
  writeFileSync(
    path.join(project, 'esm.mjs'),
    `const loaded = [\n${load.replaceAll('LOAD(', 'await import(')}\n]\n${check}\n`,
  )
  writeFileSync(
    path.join(project, 'cjs.cjs'),
    `const loaded = [\n${load.replaceAll('LOAD(', 'require(')}\n]\n${check}\n`,
  )
  const typed = specifiers.map((name, n) => `import * as m${n} from '${name}'\nvoid m${n}`).join('\n')
  writeFileSync(path.join(project, 'types.mts'), typed)
  writeFileSync(path.join(project, 'types.cts'), typed)
  writeFileSync(
    path.join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'NodeNext',
        target: 'ES2022',
        strict: true,
        noEmit: true,
        types: ['node'],
        skipLibCheck: false,
      },
      include: ['*.mts', '*.cts'],
    }),
  )
  run(project, process.execPath, 'esm.mjs')
  run(project, process.execPath, 'cjs.cjs')
  run(project, process.execPath, path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.')
  console.log(`${packages.length} packages work from their tarballs: ${specifiers.join(', ')}`)
} finally {
  rmSync(project, { recursive: true, force: true })
}
