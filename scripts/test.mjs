// Runs all packages' tests and prints a last line that counts tests, not tasks: "N passed, N failed". Arguments go to turbo.
import path from 'node:path'
import process from 'node:process'

import { chromium, ensureProgram, redisServer } from './ensure-program.mjs'
import { homesOf, homesOfPlan, runTests } from './run-tests.mjs'
import { planOf, turbo } from './turbo.mjs'

const root = path.dirname(import.meta.dirname)
const args = process.argv.slice(2)

for (const program of [chromium, redisServer]) {
  const found = ensureProgram(program)
  if (found === null)
    console.log(
      `There is no ${program.package}: its tests will say how to install one, or set ${program.variable}.`,
    )
  else process.env[program.variable] = found
}

const isGreen = runTests({
  root,
  homes: args.length === 0 ? homesOf(root) : homesOfPlan(planOf(['run', 'test', ...args])),
  test: () => turbo(['run', 'test', '--continue', ...args]),
  print: (line) => console.log(line),
})
process.exitCode = isGreen ? 0 : 1
