// Runs all packages' tests and prints a last line that counts tests, not tasks: "N passed, N failed".
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { chromium, ensureProgram, redisServer } from './ensure-program.mjs'
import { findLeaks } from './find-leaks.mjs'
import { turbo } from './turbo.mjs'

const root = path.dirname(import.meta.dirname)
const homes = ['packages', 'apps']
  .flatMap((group) => readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)))
  .concat(path.join(root, 'scripts'))
const reports = homes.map((home) => path.join(home, 'reports', 'vitest.json'))
const logs = homes.map((home) => path.join(home, '.turbo', 'turbo-test.log'))

/** Tests passed and failed in one report. @param {string} file */
const count = (file) => {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
  // A file that fails to load has no tests of its own to count; it must not pass for green.
  const unloaded = testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ result) =>
      result.status === 'failed' && result.assertionResults.length === 0,
  ).length
  return { passed: numPassedTests, failed: numFailedTests + unloaded }
}

// A report of an earlier run must not stand in for one that this run could not write. turbo restores cached ones.
for (const file of reports) rmSync(file, { force: true })

for (const program of [chromium, redisServer]) {
  const found = ensureProgram(program)
  if (found === null)
    console.log(
      `There is no ${program.package}: its tests will say how to install one, or set ${program.variable}.`,
    )
  else process.env[program.variable] = found
}

const status = turbo(['run', 'test', '--continue', ...process.argv.slice(2)])
const counts = reports.filter((file) => existsSync(file)).map((file) => count(file))
const passed = counts.reduce((sum, one) => sum + one.passed, 0)
const leaks = findLeaks([...reports, ...logs])
for (const leak of leaks) console.log(leak)
const counted = counts.reduce((sum, one) => sum + one.failed, leaks.length)
// A run that broke without a failed test (a crash, an unhandled rejection) is a failure all the same.
const failed = status !== 0 && counted === 0 ? 1 : counted

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
