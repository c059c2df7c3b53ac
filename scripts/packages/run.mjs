// Runs a program for the checks of packages, so that a failure shows its output.
import { execFile } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** What {@link collect} waits for. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Runs a program to its end; the error of a failure contains its output.
 *
 * @param {string} cwd
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<void>}
 */
export const run = async (cwd, command, ...args) => {
  try {
    await execute(command, args, { cwd, shell: process.platform === 'win32' })
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    throw new Error(`${command} ${args.join(' ')} failed in ${path.basename(cwd)}:\n${stdout}${stderr}`, {
      cause: error,
    })
  }
}

/**
 * The exit code and all output of a process, once it has ended. It does not outlive this program, whatever fails beside it.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ readonly code: number | null, readonly output: string }>}
 */
export const collect = async (child) =>
  new Promise((resolve, reject) => {
    let output = ''
    const take = (/** @type {string} */ text) => void (output += text)
    child.stdout?.setEncoding('utf8').on('data', take)
    child.stderr?.setEncoding('utf8').on('data', take)
    running.add(child)
    child.once('close', () => running.delete(child))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
