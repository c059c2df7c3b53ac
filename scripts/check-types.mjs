// Type-checks the whole repository in a few runs of the compiler instead of one a package: the packages resolve each other
// to sources, so that each run would check the sources of all packages below it again.
import path from 'node:path'
import process from 'node:process'

import { compile } from './compile.mjs'

const root = path.dirname(import.meta.dirname)
const projects = [
  'tsconfig.packages.json',
  'tsconfig.json',
  'apps/example',
  'packages/simulator/page',
  'scripts',
]
const broken = projects.filter(
  (project) => compile(['-p', project], { cwd: root, stdio: 'inherit' }).status !== 0,
)
if (broken.length > 0) process.exitCode = 1
