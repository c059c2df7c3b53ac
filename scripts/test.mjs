// Runs every package's tests and ends with one line that counts tests, not tasks: "N passed, N failed".
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { turbo } from './turbo.mjs'

const root = path.dirname(import.meta.dirname)
const status = turbo(['run', 'test', '--continue', ...process.argv.slice(2)])

let passed = 0
let failed = 0
for (const group of ['packages', 'apps']) {
  for (const name of readdirSync(path.join(root, group))) {
    const report = path.join(root, group, name, 'reports', 'vitest.json')
    if (!existsSync(report)) continue
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'))
    passed += numPassedTests
    // A file that fails to load has no tests to count; it must not pass for green.
    failed += numFailedTests === 0 && numFailedTestSuites > 0 ? numFailedTestSuites : numFailedTests
  }
}
if (status !== 0 && failed === 0) failed = 1

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
