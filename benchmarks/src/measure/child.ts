import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Starts a script of this workspace in a separate process; TypeScript runs through tsx. */
export const startChild = (
  script: URL,
  args: readonly string[],
  execArgv: readonly string[] = [],
): ChildProcess =>
  fork(script, args, {
    execArgv: [...(script.pathname.endsWith('.ts') ? ['--import', 'tsx'] : []), ...execArgv],
    // What a library tells its user is no figure.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, QQKIT_LOG: 'warn' },
  })

/** ms until a child that reports nothing is given up: longer than the longest soak. */
const LONGEST = 30 * 60_000

/** The next message of a child process; rejects if the child exits without one, or takes too long. */
export const messageFrom = async <T>(child: ChildProcess): Promise<T> => {
  const ended = new AbortController()
  try {
    const message = await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => {
        throw new Error(`the process ended with ${String(code)} before it reported`)
      }),
      sleep(LONGEST, undefined, { signal: ended.signal, ref: false }).then(() => {
        throw new Error(`no report within ${LONGEST} ms`)
      }),
    ])
    return message[0] as T
  } finally {
    ended.abort()
  }
}

/** Runs a script to its first message and ends it. */
export const runChild = async <T>(
  script: URL,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<T> => {
  const child = startChild(script, args, execArgv)
  try {
    return await messageFrom<T>(child)
  } finally {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
}
