import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Enough to tell later whether a process still runs. Goes into the name of a lock file. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, as an opaque word: numbers of processes are used again. */
  readonly start: string
  /** The machine, and the container where process numbers are of its own, as an opaque word. */
  readonly host: string
}

const wordOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** What the system tells about a process. */
export interface ProcessState {
  readonly alive: boolean
  /** When it started, as {@link ProcessIdentity.start}; `null` where the system does not tell. */
  readonly start: string | null
}

/** Looks a process up. Linux knows when it started; elsewhere only whether it runs. */
export const lookUp = (pid: number): ProcessState => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything; after it come the state and, 19 fields on, the start in ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Killed, but not yet collected by its parent.
    if (fields[0] === 'Z' || fields[0] === 'X') return { alive: false, start: null }
    return { alive: true, start: wordOf(`${bootId()} ${fields[19]}`) }
  } catch {
    return { alive: isRunning(pid), start: null }
  }
}

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
  } catch {
    return ''
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** A machine, or a container of its own: containers can share a host name and still number their processes each for itself. */
export const machineOf = (host: string, namespace: string): string => wordOf(`${host} ${namespace}`)

const pidNamespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** This process. */
export const ownIdentity = (): ProcessIdentity => {
  // Where the system does not tell, at least the same for every part of this process.
  const start = lookUp(process.pid).start ?? wordOf(String(performance.timeOrigin))
  return { pid: process.pid, start, host: machineOf(hostname(), pidNamespace()) }
}
