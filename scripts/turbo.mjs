// Runs turbo without telemetry or update checks, so that each root script only names its tasks.
import { execFileSync, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import process from 'node:process'

/** The environment of every call of turbo. */
export const turboEnv = () => ({
  ...process.env,
  DO_NOT_TRACK: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  // One task per core and one more: each now and then waits for a browser, a socket or a process of its own, and the
  // longest is not left to run alone at the end. Ten test runners on two cores would only wait for each other.
  TURBO_CONCURRENCY: process.env['TURBO_CONCURRENCY'] ?? String(availableParallelism() + 1),
  // turbo's cache keys do not know the Node version: without it, results of one version would be replayed for another.
  QQKIT_NODE: process.version,
})

const shell = process.platform === 'win32'

/** Runs turbo to its end and gives its exit code. @param {string[]} args */
export const turbo = (args) =>
  spawnSync('turbo', args, { stdio: 'inherit', env: turboEnv(), shell }).status ?? 1

/** What turbo would do, as JSON. @param {string[]} args */
export const planOf = (args) =>
  execFileSync('turbo', [...args, '--dry=json'], {
    encoding: 'utf8',
    env: turboEnv(),
    shell,
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  })

if (import.meta.filename === process.argv[1]) process.exitCode = turbo(process.argv.slice(2))
