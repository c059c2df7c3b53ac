// Type-checks the whole repository in a few runs of the compiler instead of one per package: packages resolve each
// other to sources, so one run per package would check most sources repeatedly.
import path from 'node:path'
import process from 'node:process'

import { compile } from './compile.mjs'

const root = path.dirname(import.meta.dirname)
const projects = [
  'tsconfig.packages.json',
  'tsconfig.json',
  'apps/agent',
  'apps/common',
  'apps/basic',
  'apps/webhook',
  'apps/cluster',
  'apps/example',
  'packages/simulator/page',
  'scripts',
]
const broken = projects.filter(
  (project) => compile(['-p', project], { cwd: root, stdio: 'inherit' }).status !== 0,
)
if (broken.length > 0) process.exitCode = 1
