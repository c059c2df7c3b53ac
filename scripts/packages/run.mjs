// Runs a program for the checks of packages, so that a failure shows its output.
import { execFile, spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Processes that must not outlive this program. @type {Set<import('node:child_process').ChildProcess>} */
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

/** Most ms until a command prints a line; a second on a machine that does nothing else. */
const PATIENCE = 20_000

/**
 * Starts a program that runs until Ctrl-C.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {number} [options.patience] most ms until a line
 */
export const begin = (program, args, { cwd, env = process.env, patience = PATIENCE }) => {
  const child = spawn(program, args, {
    cwd,
    env,
    // A group of its own, which Ctrl-C reaches as on a terminal.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  let said = ''
  let look = () => {}
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
    look()
  })
  const over = new Promise((resolve) => child.once('close', resolve))
  child.once('close', () => running.delete(child))
  return {
    /** Resolves with what a pattern finds in the output. @param {RegExp} pattern @returns {Promise<string>} */
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = (/** @type {string} */ why) => reject(new Error(`${why} ${pattern}:\n${said}`))
        const timer = setTimeout(() => fail('no line fits'), patience)
        look = () => {
          const [whole, part] = pattern.exec(said) ?? []
          if (whole === undefined) return
          clearTimeout(timer)
          resolve(part ?? whole)
        }
        look()
        void over.then((code) => fail(`ended with ${code} before`))
      }),
    /** Presses Ctrl-C, and gives the exit code. */
    interrupt: async () => {
      if (process.platform === 'win32') child.kill()
      else process.kill(-(child.pid ?? 0), 'SIGINT')
      return over
    },
    kill: () => child.kill('SIGKILL'),
  }
}
