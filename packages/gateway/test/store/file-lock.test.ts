import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it, vi } from 'vitest'

import { FileLock } from '../../src/store/file/file-lock.js'
import { lookUp, ownIdentity, type ProcessIdentity } from '../../src/store/file/process-identity.js'
import { temporaryFolder } from './temporary-folder.js'

const me = ownIdentity()
/** Process numbers end long before this one. */
const NOBODY = 2 ** 30

const given = async () => {
  const clock = new ManualClock()
  const folder = await temporaryFolder()
  const file = join(folder, 'session.json')
  return {
    clock,
    folder,
    /** Another process claims the file without looking. */
    claim: async ({ pid, start, host }: ProcessIdentity) =>
      writeFile(`${file}.lock-${pid}-${start}-${host}-abcdef`, ''),
    take: async (who = me, on = clock) => FileLock.take(file, who, on),
  }
}

it('GW-17 is held by one of many that try at the same time, at most', async () => {
  const { take, folder } = await given()
  const locks = (await Promise.all(Array.from({ length: 8 }, async () => take()))).filter(
    (lock) => lock instanceof FileLock,
  )
  expect(locks.length).toBeLessThanOrEqual(1)
  for (const lock of locks) await lock.release()
  expect(await readdir(folder)).toEqual([])
  expect(await take()).toBeInstanceOf(FileLock)
})

it('GW-17 tells who holds it', async () => {
  const { take } = await given()
  await take()
  expect(await take()).toMatchObject({ pid: process.pid })
})

describe('GW-17 what a dead process left', () => {
  it('GW-17 is taken over and removed', async () => {
    const { take, claim, folder } = await given()
    await claim({ ...me, pid: NOBODY })
    expect(await take()).toBeInstanceOf(FileLock)
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('GW-17 is taken over when its number belongs to somebody else now', async () => {
    const { take, claim } = await given()
    await claim({ ...me, start: 'aaaa' })
    expect(await take()).toBeInstanceOf(FileLock)
  })

  it('GW-17 is taken over from another living process of that number, where the system tells when it started', async () => {
    const { take, claim } = await given()
    await claim({ ...me, pid: process.ppid, start: 'aaaa' })
    expect((await take()) instanceof FileLock).toBe(lookUp(process.ppid).start !== null)
  })

  it('GW-17 is respected while the process lives', async () => {
    const { take, claim } = await given()
    const parent = { ...me, pid: process.ppid, start: lookUp(process.ppid).start ?? 'aaaa' }
    await claim(parent)
    expect(await take()).toMatchObject({ pid: process.ppid })
  })
})

describe('GW-17 a process of another machine', () => {
  const elsewhere = { ...me, host: 'bbbb' }

  it('GW-17 gives signs of life while it holds the lock', async () => {
    const { take, clock, folder } = await given()
    const lock = (await take(elsewhere)) as FileLock
    const [name] = await readdir(folder)
    // One after the other, as in life: two that are written at once may end in any order.
    for (let sign = 0; sign < 2; sign += 1) {
      await clock.advance(10_000)
      await vi.waitFor(
        async () => {
          const { mtimeMs } = await stat(join(folder, name as string))
          expect(Math.round(mtimeMs)).toBe(clock.wall())
        },
        { timeout: 20_000 },
      )
    }
    await lock.release()
    expect([await readdir(folder), clock.pending]).toEqual([[], 0])
  })

  it('GW-17 loses it half a minute after its last sign of life, and no sooner', async () => {
    const { take, clock } = await given()
    await take(elsewhere)
    expect(await take(me, new ManualClock(clock.wall() + 29_999))).toMatchObject({ pid: null })
    expect(await take(me, new ManualClock(clock.wall() + 30_000))).toBeInstanceOf(FileLock)
  })
})

it('does not take other files for claims', async () => {
  const { take, folder } = await given()
  await writeFile(join(folder, 'session.json.lock-'), '')
  await writeFile(join(folder, 'session.json.lock-notes.txt'), '')
  expect(await take()).toBeInstanceOf(FileLock)
})

it('knows this process, a running one and one that never was', () => {
  expect(lookUp(process.pid)).toMatchObject({ alive: true })
  expect(ownIdentity()).toEqual(me)
  expect(lookUp(NOBODY)).toEqual({ alive: false, start: null })
})
