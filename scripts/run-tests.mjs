// Runs the tests of all packages, and fails for each one that was to report and has not: a run that was cut off is not green.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'

import { countTests } from './count-tests.mjs'
import { findLeaks } from './find-leaks.mjs'

const GROUPS = ['packages', 'apps']

/** The folders that have a script `test`, below the root. @param {string} root @returns {readonly string[]} */
export const homesOf = (root) =>
  [
    ...GROUPS.filter((group) => existsSync(path.join(root, group))).flatMap((group) =>
      readdirSync(path.join(root, group)).map((name) => path.join(group, name)),
    ),
    'scripts',
  ].filter((home) => {
    const manifest = path.join(root, home, 'package.json')
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).scripts?.test !== undefined
  })

/** The reports of a folder's script `test`, which may run vitest more than once. @param {string} root @param {string} home @returns {readonly string[]} */
const reportsOf = (root, home) => {
  const manifest = path.join(root, home, 'package.json')
  const named = [...JSON.parse(readFileSync(manifest, 'utf8')).scripts.test.matchAll(/--outputFile=(\S+)/g)]
  return named.length === 0 ? ['reports/vitest.json'] : named.map(([, report]) => report)
}

/** The folders that turbo would test with these arguments. @param {string} plan what `turbo run test --dry=json` prints @returns {readonly string[]} */
export const homesOfPlan = (plan) =>
  JSON.parse(plan.slice(plan.indexOf('{'))).tasks.flatMap(
    (/** @type {{ task: string, command: string, directory: string }} */ { task, command, directory }) =>
      task === 'test' && command !== '<NONEXISTENT>' ? [directory] : [],
  )

/**
 * Runs the tests and prints what is wrong, then a line that counts tests, not tasks: "N passed, N failed".
 *
 * @param {object} run
 * @param {string} run.root
 * @param {readonly string[]} run.homes the folders that have to report
 * @param {() => number} run.test runs them; gives the exit code
 * @param {(line: string) => void} run.print
 * @returns {boolean} whether all is well
 */
export const runTests = ({ root, homes, test, print }) => {
  const runs = homes.flatMap((home) =>
    reportsOf(root, home).map((report) => ({
      home,
      report: path.join(root, home, report),
      log: path.join(root, home, '.turbo', 'turbo-test.log'),
    })),
  )
  const files = runs.flatMap(({ report, log }) => [report, log])
  // What an earlier run wrote must not stand in for what this run could not write. turbo restores cached files.
  for (const file of files) rmSync(file, { force: true })
  const status = test()
  const faults = findLeaks([...new Set(files)])
  /** @type {Set<string>} */
  const silent = new Set()
  let passed = 0
  let failed = 0
  for (const run of runs) {
    const count = countTests(run)
    if (count === null) silent.add(run.home)
    passed += count?.passed ?? 0
    failed += count?.failed ?? 0
    for (const file of count?.slow ?? []) print(path.relative(root, file))
    for (const name of count?.names ?? []) print(`${run.home} failed: ${name}`)
  }
  for (const home of silent)
    faults.push(`${home} has not reported its tests: its run was cut off, or did not begin.`)
  for (const fault of faults) print(fault)
  failed += faults.length
  // A run that broke without a failed test (a crash, an unhandled rejection) is a failure all the same.
  if (status !== 0 && failed === 0) failed = 1
  print(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0
}
