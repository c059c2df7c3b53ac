// Builds what the example needs, then runs it in the foreground: its output, its colours and its Ctrl-C are its own.
import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

import { turbo } from './turbo.mjs'

const built = turbo(['run', 'build', '--filter=@qqkit/example^...', '--output-logs=errors-only'])
if (built === 0) {
  const cwd = path.join(path.dirname(import.meta.dirname), 'apps', 'example')
  const example = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], { cwd, stdio: 'inherit' })
  // The terminal tells the example as well: it stops cleanly, and only then does this end.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => example.kill('SIGTERM'))
  example.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
} else {
  process.exitCode = built
}
