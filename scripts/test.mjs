// Runs all packages' tests and prints a last line that counts tests, not tasks: "N passed, N failed".
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { countTests } from './count-tests.mjs'
import { chromium, ensureProgram, redisServer } from './ensure-program.mjs'
import { findLeaks } from './find-leaks.mjs'
import { turbo } from './turbo.mjs'

const root = path.dirname(import.meta.dirname)
const homes = ['packages', 'apps']
  .flatMap((group) => readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)))
  .concat(path.join(root, 'scripts'))
const runs = homes.map((home) => ({
  report: path.join(home, 'reports', 'vitest.json'),
  log: path.join(home, '.turbo', 'turbo-test.log'),
}))
const files = runs.flatMap(({ report, log }) => [report, log])

// What an earlier run wrote must not stand in for what this run could not write. turbo restores cached files.
for (const file of files) rmSync(file, { force: true })

for (const program of [chromium, redisServer]) {
  const found = ensureProgram(program)
  if (found === null)
    console.log(
      `There is no ${program.package}: its tests will say how to install one, or set ${program.variable}.`,
    )
  else process.env[program.variable] = found
}

const status = turbo(['run', 'test', '--continue', ...process.argv.slice(2)])
const counts = runs.map((run) => countTests(run))
const passed = counts.reduce((sum, one) => sum + one.passed, 0)
const leaks = findLeaks(files)
for (const leak of leaks) console.log(leak)
const counted = counts.reduce((sum, one) => sum + one.failed, leaks.length)
// A run that broke without a failed test (a crash, an unhandled rejection) is a failure all the same.
const failed = status !== 0 && counted === 0 ? 1 : counted

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
