// Runs an app in the foreground, with its own output, colours and Ctrl-C: the example, or `pnpm start cluster`. It runs from the
// packages' sources, so that a newcomer only waits for the build of the page; the tests run the builds.
import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

import { ensureProgram, redisServer } from './ensure-program.mjs'
import { turbo } from './turbo.mjs'

/** The program that an app needs. @type {Readonly<Record<string, import('./ensure-program.mjs').Program | null>>} */
const APPS = { example: null, cluster: redisServer }

const [name = 'example'] = process.argv.slice(2)
const program = APPS[name]
if (program === undefined) {
  console.error(`There is no app "${name}" to start. Choose from: ${Object.keys(APPS).join(', ')}.`)
  process.exit(1)
}
const built = turbo(['run', 'build:page', '--output-logs=errors-only'])
if (built === 0) {
  const found = program && ensureProgram(program)
  const cwd = path.join(path.dirname(import.meta.dirname), 'apps', name)
  const args = ['--conditions=@qqkit/source', '--import', 'tsx', 'src/main.ts']
  const env = { ...process.env, ...(program && found && { [program.variable]: found }) }
  const app = spawn(process.execPath, args, { cwd, env, stdio: 'inherit' })
  // The terminal tells the app as well: it stops cleanly, and only then does this end.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => app.kill('SIGTERM'))
  app.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
} else {
  process.exitCode = built
}
