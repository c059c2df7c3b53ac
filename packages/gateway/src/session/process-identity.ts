import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Identifies a process, so that others can check whether it still runs. Part of the name of a lock file. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, as an opaque string: process ids are reused. */
  readonly start: string
  /** The machine, and the container with process ids of its own, as an opaque string. */
  readonly host: string
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** State of a process as the system reports it. */
export interface ProcessState {
  readonly alive: boolean
  /** When it started, as {@link ProcessIdentity.start}; `null` where the system does not report it. */
  readonly start: string | null
}

/** Looks a process up. Linux reports its start; other systems only whether it runs. */
export const lookUp = (pid: number): ProcessState => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may contain anything; the state follows it, and 19 fields later the start in ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Killed, but not yet reaped by its parent.
    if (fields[0] === 'Z' || fields[0] === 'X') return { alive: false, start: null }
    return { alive: true, start: digestOf(`${bootId()} ${fields[19]}`) }
  } catch {
    return { alive: isRunning(pid), start: null }
  }
}

const bootId = (): string => orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))

/** What a system reports, or an empty text where it does not. */
const orNothing = (report: () => string): string => {
  try {
    return report()
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

/** Identifies a machine or container: containers may share a host name while each has its own process ids. */
export const machineOf = (host: string, namespace: string): string => digestOf(`${host} ${namespace}`)

const pidNamespace = (): string => orNothing(() => readlinkSync('/proc/self/ns/pid'))

/** This process. */
export const ownIdentity = (): ProcessIdentity => {
  // Where the system does not report it, at least one value for the whole process.
  const start = lookUp(process.pid).start ?? digestOf(String(performance.timeOrigin))
  return { pid: process.pid, start, host: machineOf(hostname(), pidNamespace()) }
}
