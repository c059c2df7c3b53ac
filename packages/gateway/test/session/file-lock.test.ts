import { readlinkSync } from 'node:fs'
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it, vi } from 'vitest'

import { FileLock, type Watched } from '../../src/session/file-lock.js'
import { lookUp, machineOf, ownIdentity, type ProcessIdentity } from '../../src/session/process-identity.js'
import { temporaryFolder } from '../support/temporary-folder.js'

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

it('GW-17 is held by exactly one of many that try at the same time', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { take, folder } = await given()
    const who = Array.from({ length: 8 }, (_, at) => ({ ...me, host: at % 2 === 0 ? me.host : `bb${at}` }))
    const locks = (await Promise.all(who.map(async (one) => take(one)))).filter(
      (lock) => lock instanceof FileLock,
    )
    expect(locks).toHaveLength(1)
    for (const lock of locks) await lock.release()
    expect(await readdir(folder)).toEqual([])
    expect(await take()).toBeInstanceOf(FileLock)
  }
})

it('GW-17 stays with who has it, whatever its name', async () => {
  const { take } = await given()
  expect(await take({ ...me, pid: process.pid })).toBeInstanceOf(FileLock)
  for (let count = 0; count < 10; count += 1) expect(await take()).toMatchObject({ pid: process.pid })
})

it('GW-17 names its holder', async () => {
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

  it('GW-17 is taken over from another living process of that number, where the system reports its start', async () => {
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

  it.each([-600_000, -31_000, 600_000])(
    'GW-17 keeps it while its sign of life changes, and loses it half a minute after, with a clock that is %i ms off',
    async (off) => {
      const { clock, folder, claim } = await given()
      await claim(elsewhere)
      const [name = ''] = await readdir(folder)
      const watched: Watched = new Map()
      const look = async () => FileLock.take(join(folder, 'session.json'), me, clock, watched)
      const sign = async (): Promise<void> => {
        const seconds = (clock.wall() + off) / 1000
        await utimes(join(folder, name), seconds, seconds)
      }
      for (let signs = 0; signs < 5; signs += 1) {
        await sign()
        expect(await look()).toMatchObject({ pid: null })
        await clock.advance(10_000)
      }
      await clock.advance(19_999)
      expect(await look()).toMatchObject({ pid: null })
      await clock.advance(1)
      expect(await look()).toBeInstanceOf(FileLock)
    },
  )
})

it('GW-17 distinguishes processes with the same id in containers of the same host name', () => {
  expect(machineOf('bot', 'pid:[1]')).not.toBe(machineOf('bot', 'pid:[2]'))
  const namespace = process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : ''
  expect(me.host).toBe(machineOf(hostname(), namespace))
})

it('GW-17 is noticed to be gone at the next sign of life, or before the next write', async () => {
  const { take, clock, folder } = await given()
  const lock = (await take()) as FileLock
  const [name] = await readdir(folder)
  expect(await lock.isHeld()).toBe(true)
  await rm(join(folder, name as string))
  await clock.advance(10_000)
  await lock.taken
  expect([await lock.isHeld(), clock.pending]).toEqual([false, 0])
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
