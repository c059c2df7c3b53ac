// Runs a bot that each bundler of the guide has bundled, and a bot in Bun and Deno. Installs the bundlers and runtimes that the
// workspace has not got into a folder of its own; `pnpm soak` calls it.
import { mkdtempSync, rmSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { makeBundleProject, useBundlers, useRuntimes } from './packages/run-bundles.mjs'
import { run } from './packages/run.mjs'

const BUNDLERS = [
  'rollup@4',
  '@rollup/plugin-commonjs',
  '@rollup/plugin-node-resolve',
  'webpack@5',
  'webpack-cli',
]
const RUNTIMES = ['bun@1', 'deno@2']
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error']

const root = path.dirname(import.meta.dirname)
const folder = mkdtempSync(path.join(tmpdir(), 'qqkit-bundles-'))
const project = path.join(folder, 'project')
const runtimes = path.join(folder, 'runtimes')

try {
  mkdirSync(project)
  mkdirSync(runtimes)
  for (const place of [project, runtimes])
    writeFileSync(path.join(place, 'package.json'), '{ "name": "bundled", "private": true }')
  await run(project, 'npm', 'install', '--ignore-scripts', ...QUIET, ...BUNDLERS)
  // Their scripts put the programs in place.
  await run(runtimes, 'npm', 'install', ...QUIET, ...RUNTIMES)
  makeBundleProject(project, root, { '@qqkit/bot': path.join(root, 'packages', 'bot') })
  const bin = path.join(runtimes, 'node_modules', '.bin')
  const faults = [
    ...(await useBundlers(project)),
    ...(await useRuntimes(project, {
      [path.join(bin, 'bun')]: ['run'],
      [path.join(bin, 'deno')]: ['run', '--allow-all'],
    })),
  ]
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
