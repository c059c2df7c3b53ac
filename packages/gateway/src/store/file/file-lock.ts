import { randomBytes } from 'node:crypto'
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import type { CancelTimer, Clock } from '@qqkit/core'

import { lookUp, type ProcessIdentity } from './process-identity.js'

/** ms between signs of life. */
const REFRESH = 10_000
/** Without a sign of life for this many ms, a process of another machine counts as gone. */
const LEASE = 30_000

/** Somebody else holds the lock. */
export interface Holder {
  readonly lockFile: string
  /** `null` when it runs on another machine. */
  readonly pid: number | null
}

interface Claim extends ProcessIdentity {
  readonly file: string
}

const claimPattern = /^(\d+)-([0-9a-f]+)-([0-9a-f]+)-[0-9a-f]+$/

const parseClaim = (file: string, prefix: string): Claim | null => {
  const match = claimPattern.exec(basename(file).slice(prefix.length))
  return match && { file, pid: Number(match[1]), start: match[2] as string, host: match[3] as string }
}

/**
 * Keeps two processes from using one file. Every claim is a file of its own, whose name says who claims: it appears whole
 * or not at all, and no two ever have the same name, so removing that of a dead process can never hit a living one.
 * Whoever claims looks at the claims of others afterwards; of two that claim at once, at least one sees the other.
 */
export class FileLock {
  readonly #claim: string
  readonly #clock: Clock
  #cancelTimer: CancelTimer | null = null
  #released = false

  private constructor(claim: string, clock: Clock) {
    this.#claim = claim
    this.#clock = clock
    this.#keepAlive()
  }

  /** Takes the lock of a file, or tells who has it. */
  static async take(file: string, me: ProcessIdentity, clock: Clock): Promise<FileLock | Holder> {
    const prefix = `${basename(file)}.lock-`
    const folder = dirname(file)
    const nonce = randomBytes(6).toString('hex')
    const mine = join(folder, `${prefix}${me.pid}-${me.start}-${me.host}-${nonce}`)
    await writeFile(mine, '', { flag: 'wx', mode: 0o600 })
    try {
      await touch(mine, clock)
      const names = (await readdir(folder)).filter((name) => name.startsWith(prefix))
      for (const name of names) {
        const claim = parseClaim(join(folder, name), prefix)
        if (!claim || claim.file === mine) continue
        if (await isAlive(claim, me, clock)) {
          await rm(mine, { force: true })
          return { lockFile: claim.file, pid: claim.host === me.host ? claim.pid : null }
        }
        await rm(claim.file, { force: true })
      }
      return new FileLock(mine, clock)
    } catch (error) {
      await rm(mine, { force: true }).catch(() => {})
      throw error
    }
  }

  async release(): Promise<void> {
    this.#released = true
    this.#cancelTimer?.()
    await rm(this.#claim, { force: true })
  }

  #keepAlive(): void {
    this.#cancelTimer = this.#clock.setTimer(REFRESH, () => {
      // Only for processes of other machines; if it fails, so does everything else in that folder.
      void touch(this.#claim, this.#clock).catch(() => {})
      if (!this.#released) this.#keepAlive()
    })
  }
}

const touch = async (file: string, clock: Clock): Promise<void> => {
  const seconds = clock.wall() / 1000
  await utimes(file, seconds, seconds)
}

const isAlive = async (claim: Claim, me: ProcessIdentity, clock: Clock): Promise<boolean> => {
  if (claim.host !== me.host) {
    const found = await stat(claim.file).catch(() => null)
    return found !== null && clock.wall() - found.mtimeMs < LEASE
  }
  // The number of this very process, left over from an earlier one: always so for the first process of a container.
  if (claim.pid === me.pid) return claim.start === me.start
  const { alive, start } = lookUp(claim.pid)
  return alive && (start === null || start === claim.start)
}
