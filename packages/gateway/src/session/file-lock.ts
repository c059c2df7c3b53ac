import { randomBytes } from 'node:crypto'
import { readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { basename, dirname, join } from 'node:path'

import type { CancelTimer, Clock } from '@qqkit/core'

import { onDisk } from './disk.js'
import { lookUp, type ProcessIdentity } from './process-identity.js'

/** ms between signs of life. */
const REFRESH = 10_000
/** A process that cannot be looked up counts as gone when its sign of life has not changed for this many ms of this clock. */
const LEASE = 30_000
/** The same for a process of this machine whose id may have been reused. */
const LONG_LEASE = 300_000
/** Size of the claim that holds the lock, in bytes: a sparse file, which fits on a full disk. */
const HOLDS = 5
/** How often a claimant looks again while others claim too; each withdraws or holds after a few times. */
const LOOKS = 200

/** The process that holds the lock. */
export interface Holder {
  readonly lockFile: string
  /** `null` when it runs on another machine, or in another container. */
  readonly pid: number | null
}

/** Signs of life of processes that cannot be looked up: by file, its time, and when that was first seen (monotonic). */
export type Watched = Map<string, { readonly mtime: number; readonly since: number }>

interface Claim extends ProcessIdentity {
  readonly file: string
  /** Whether it holds the lock, rather than being about to take it. */
  readonly holds: boolean
}

const claimPattern = /^(\d+)-([0-9a-f]+)-([0-9a-f]+)-[0-9a-f]+$/

/**
 * Keeps two processes from using one file. Every claim is a file of its own, named after its process: it appears atomically,
 * and names are never reused, so removing the claim of a dead process cannot hit a living one.
 *
 * A process lists the claims of others after making its own, so of two concurrent claimants at least one sees the other. It
 * withdraws for the holder, or for a claim with a smaller name, and waits for the others to withdraw; as the only one left it
 * holds the lock, and marks its claim. Of concurrent claimants exactly one stays.
 */
export class FileLock {
  readonly #claim: string
  readonly #clock: Clock
  readonly #taken: () => void
  /** Resolves when another process has removed the claim, since this one did not respond for too long. */
  readonly taken: Promise<void>
  #cancelTimer: CancelTimer | null = null
  #released = false

  private constructor(claim: string, clock: Clock) {
    this.#claim = claim
    this.#clock = clock
    let tell: () => void = () => {}
    this.taken = new Promise((resolve) => (tell = resolve))
    this.#taken = tell
    this.#keepAlive()
  }

  /** Takes the lock of a file, or returns its holder. */
  static async take(
    file: string,
    me: ProcessIdentity,
    clock: Clock,
    watched: Watched = new Map(),
  ): Promise<FileLock | Holder> {
    const { folder, prefix } = placeOf(file)
    const nonce = randomBytes(6).toString('hex')
    const mine = join(folder, `${prefix}${me.pid}-${me.start}-${me.host}-${nonce}`)
    await onDisk(async () => writeFile(mine, '', { flag: 'wx', mode: 0o600 }))
    try {
      await onDisk(async () => touch(mine, clock))
      let rival: Claim | null = null
      for (let look = 0; look < LOOKS; look += 1) {
        const others = (await onDisk(async () => claims(folder, prefix))).filter(
          (claim) => claim.file !== mine,
        )
        const living = await onDisk(async () => removeDead(others, me, clock, watched))
        rival = living.find(({ holds }) => holds) ?? living.find((claim) => claim.file < mine) ?? null
        if (rival) break
        if (living.length === 0) {
          await onDisk(async () => {
            await truncate(mine, HOLDS)
            await touch(mine, clock)
          })
          return new FileLock(mine, clock)
        }
        rival = living[0] ?? null
      }
      await onDisk(async () => rm(mine, { force: true }))
      return holderOf(rival, me) ?? { lockFile: mine, pid: null }
    } catch (error) {
      await onDisk(async () => rm(mine, { force: true })).catch(() => {})
      throw error
    }
  }

  /** The holder of a lock that cannot be taken because the disk cannot be written. */
  static async look(
    file: string,
    me: ProcessIdentity,
    clock: Clock,
    watched: Watched = new Map(),
  ): Promise<Holder | null> {
    const { folder, prefix } = placeOf(file)
    return onDisk(async () => {
      for (const claim of await claims(folder, prefix))
        if (await isAlive(claim, me, clock, watched)) return holderOf(claim, me)
      return null
    })
  }

  /** Whether the claim still exists; checked before each write, since a process that slept must not overwrite its successor. */
  async isHeld(): Promise<boolean> {
    try {
      await stat(this.#claim)
      return true
    } catch (error) {
      if (!(await this.#isTaken(error))) return true
      this.#taken()
      return false
    }
  }

  /** Whether another process has removed the claim, rather than the folder or the disk being gone. */
  async #isTaken(error: unknown): Promise<boolean> {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || this.#released) return false
    return stat(dirname(this.#claim)).then(
      () => true,
      () => false,
    )
  }

  async release(): Promise<void> {
    this.#released = true
    this.#cancelTimer?.()
    await onDisk(async () => rm(this.#claim, { force: true }))
  }

  #keepAlive(): void {
    this.#cancelTimer = this.#clock.setTimer(REFRESH, () => void this.#sign())
  }

  /** Gives a sign of life, and schedules the next one afterwards. */
  async #sign(): Promise<void> {
    try {
      await onDisk(async () => (this.#released ? undefined : touch(this.#claim, this.#clock)))
    } catch (error) {
      // Any other error concerns the whole folder, and writes report it.
      if (await this.#isTaken(error)) return this.#taken()
    }
    if (!this.#released) this.#keepAlive()
  }
}

const placeOf = (file: string): { readonly folder: string; readonly prefix: string } => ({
  folder: dirname(file),
  prefix: `${basename(file)}.lock-`,
})

const holderOf = (claim: Claim | null, me: ProcessIdentity): Holder | null =>
  claim && { lockFile: claim.file, pid: claim.host === me.host ? claim.pid : null }

const touch = async (file: string, clock: Clock): Promise<void> => {
  const seconds = clock.wall() / 1000
  await utimes(file, seconds, seconds)
}

/** The names of the files in a folder; none if it does not exist. */
export const filesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const claims = async (folder: string, prefix: string): Promise<readonly Claim[]> => {
  const names = (await filesIn(folder)).filter((name) => name.startsWith(prefix))
  const found: Claim[] = []
  for (const name of names) {
    const match = claimPattern.exec(name.slice(prefix.length))
    if (!match) continue
    const [, pid, start, host] = match as unknown as readonly [string, string, string, string]
    const file = join(folder, name)
    const size = await stat(file).then(
      (stats) => stats.size,
      () => null,
    )
    if (size !== null) found.push({ file, pid: Number(pid), start, host, holds: size > 0 })
  }
  return found
}

/** The claims of living processes; those of dead ones are removed. */
const removeDead = async (
  all: readonly Claim[],
  me: ProcessIdentity,
  clock: Clock,
  watched: Watched,
): Promise<readonly Claim[]> => {
  const living: Claim[] = []
  for (const claim of all) {
    if (await isAlive(claim, me, clock, watched)) living.push(claim)
    else {
      watched.delete(claim.file)
      await rm(claim.file, { force: true })
    }
  }
  return living
}

const isAlive = async (
  claim: Claim,
  me: ProcessIdentity,
  clock: Clock,
  watched: Watched,
): Promise<boolean> => {
  if (claim.host !== me.host) return isSigning(claim.file, LEASE, clock, watched)
  // The id of this process may be that of an earlier one: always so for the first process of a container.
  if (claim.pid === me.pid) return claim.start === me.start
  const { alive, start } = lookUp(claim.pid)
  if (!alive || start !== null) return alive && start === claim.start
  // The id may have been reused; after a reboot it certainly was.
  const mtime = await lastSign(claim.file)
  const now = clock.wall()
  if (mtime === null || mtime < now - uptime() * 1000 || now - mtime >= LONG_LEASE) return false
  return isSigning(claim.file, LONG_LEASE, clock, watched)
}

/** Time of a claim's last sign of life, by the clock of its process; `null` when the claim is gone. */
const lastSign = async (file: string): Promise<number | null> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  )

/** Whether the sign of life changes. Only changes count, since clocks of two machines may differ by any time. */
const isSigning = async (file: string, lease: number, clock: Clock, watched: Watched): Promise<boolean> => {
  const mtime = await lastSign(file)
  if (mtime === null) return false
  const before = watched.get(file)
  if (before?.mtime === mtime) return clock.now() - before.since < lease
  watched.set(file, { mtime, since: clock.now() })
  return true
}
