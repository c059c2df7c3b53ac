// Prints a JSON array of the packages with tests that a change affects: the changed ones and their dependents. The
// change is everything since TURBO_SCM_BASE; without a comparable base, every package counts.
import { execFileSync } from 'node:child_process'
import process from 'node:process'

import { turboEnv } from './turbo.mjs'

const NO_COMMIT = /^0*$/
const base = process.env['TURBO_SCM_BASE'] ?? ''
const args = ['run', 'test', '--dry=json', ...(NO_COMMIT.test(base) ? [] : ['--affected'])]
const output = execFileSync('turbo', args, {
  encoding: 'utf8',
  env: turboEnv(),
  shell: process.platform === 'win32',
})

/** @type {{ tasks: { package: string, task: string, command: string }[] }} */
const { tasks } = JSON.parse(output.slice(output.indexOf('{')))
const names = tasks
  .filter(({ task, command }) => task === 'test' && command !== '<NONEXISTENT>')
  .map((task) => task.package)
console.log(JSON.stringify([...new Set(names)].sort()))
