// Runs the example in the foreground, with its own output, colours and Ctrl-C. It runs from the packages' sources, so
// that a newcomer only waits for the build of the page; the tests run the builds.
import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

import { turbo } from './turbo.mjs'

const built = turbo(['run', 'build:page', '--output-logs=errors-only'])
if (built === 0) {
  const cwd = path.join(path.dirname(import.meta.dirname), 'apps', 'example')
  const args = ['--conditions=@qqkit/source', '--import', 'tsx', 'src/main.ts']
  const example = spawn(process.execPath, args, { cwd, stdio: 'inherit' })
  // The terminal tells the example as well: it stops cleanly, and only then does this end.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => example.kill('SIGTERM'))
  example.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
} else {
  process.exitCode = built
}
