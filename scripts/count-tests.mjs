// Counts the tests of a package: by the report of vitest, or by the last lines of node:test in the log.
import { existsSync, readFileSync } from 'node:fs'

/** @typedef {{ readonly passed: number, readonly failed: number, readonly names: readonly string[], readonly slow: readonly string[] }} Count `names` are those of failed tests, `slow` are files with their times. */

/** @typedef {{ name: string, status: string, startTime: number, endTime: number, assertionResults: { status: string, fullName: string }[] }} FileResult one test file in a report of vitest */

/** ms of a test file that `pnpm test` names: all files share 240 s. */
const SLOW = 10_000

/** Tests in one report of vitest. @param {string} text @returns {Count} */
const countReport = (text) => {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text)
  // A file that fails to load has no tests of its own to count; it must not pass for green.
  const unloaded = testResults.filter(
    (/** @type {FileResult} */ result) => result.status === 'failed' && result.assertionResults.length === 0,
  ).length
  const names = testResults.flatMap((/** @type {FileResult} */ { name, status, assertionResults }) =>
    assertionResults.length === 0
      ? status === 'failed'
        ? [`${name} did not load`]
        : []
      : assertionResults.flatMap((test) => (test.status === 'failed' ? [test.fullName] : [])),
  )
  const slow = testResults.flatMap((/** @type {FileResult} */ { name, startTime, endTime }) =>
    endTime - startTime > SLOW ? [`${name} took ${Math.round((endTime - startTime) / 1000)} s`] : [],
  )
  return { passed: numPassedTests, failed: numFailedTests + unloaded, names, slow }
}

/** Tests in one log of node:test; `null` for a run that did not come to its sums. @param {string} text @returns {Count | null} */
const countLog = (text) => {
  /** @param {string} what */
  const last = (what) => [...text.matchAll(new RegExp(`^[#ℹ] ${what} (\\d+)$`, 'gm'))].at(-1)?.[1]
  const passed = last('pass')
  if (passed === undefined) return null
  const names = [...text.matchAll(/^not ok \d+ - (.+)$/gm)].flatMap(([, name]) => (name ? [name] : []))
  return {
    passed: Number(passed),
    failed: Number(last('fail') ?? 0) + Number(last('cancelled') ?? 0),
    names,
    slow: [],
  }
}

/** `null` for a package whose run was cut off: it has reported nothing. @param {{ readonly report: string, readonly log: string }} files @returns {Count | null} */
export const countTests = ({ report, log }) => {
  if (existsSync(report)) return countReport(readFileSync(report, 'utf8'))
  return existsSync(log) ? countLog(readFileSync(log, 'utf8')) : null
}
