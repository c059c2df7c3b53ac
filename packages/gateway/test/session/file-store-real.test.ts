import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type LogRecord, systemClock } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { expect, it, vi } from 'vitest'

import { fileSessionStore } from '../../src/session/file-store.js'
import { SessionPersistence } from '../../src/session/persistence.js'
import { encodeStoredSession } from '../../src/session/stored-session.js'
import { bundleProgram, startProgram } from '../support/child-process.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const key = { appId: 'a', shard: { index: 0, total: 1 } }
const bundle = (): Promise<string> => bundleProgram(new URL('../support/store-process.ts', import.meta.url))

const identity = { ...key, host: 'gateway.example', intents: 1 }
const text = encodeStoredSession(identity, {
  checkpoint: { sessionId: 's1', committed: 7, doneAbove: [], inFlight: [] },
  savedAt: 1,
  since: 1,
})

const openKeeper = async (
  path: string,
  records: LogRecord[],
  clock = systemClock,
): Promise<SessionPersistence> =>
  SessionPersistence.open(
    {
      store: fileSessionStore({ path, clock }),
      identity,
      clock,
    },
    {
      onRecord: (record) => records.push(record),
      snapshot: () => ({ text, revision: 1 }),
      onStored: () => {},
      onStoreFailed: () => {},
      onTaken: () => {},
    },
  )

it('GW-17 a process killed in the middle of writing leaves a whole session, not older than its last report', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  const program = await bundle()
  for (let life = 0; life < 2; life += 1) {
    const child = startProgram(program, ['hammer', path])
    const told: number[] = []
    expect(await child.line()).toBe('open')
    while (told.length < 20 + 7 * life) told.push(Number(await child.line()))
    await child.kill()
    // The lock of the dead process is no obstacle.
    const slot = await fileSessionStore({ path }).open(key)
    const { count, end } = JSON.parse((await slot.load()) ?? '') as { count: number; end: string }
    expect(count).toBeGreaterThanOrEqual(told.at(-1) ?? Infinity)
    expect(end).toHaveLength(20_000)
    await slot.close()
  }
}, 30_000)

it('GW-17 a second process is refused with advice, also in this one, until the first lets go', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  const program = await bundle()
  const first = startProgram(program, ['hold', path])
  expect(await first.line()).toBe('open')
  const second = startProgram(program, ['hold', path])
  expect(await second.line()).toContain(
    `session_busy: the session of shard 0/1 in ${path} is in use by process ${first.process.pid}`,
  )
  await expect(fileSessionStore({ path }).open(key)).rejects.toMatchObject({ code: 'session_busy' })
  first.process.stdin?.end()
  expect(await first.rest()).toEqual([])
  await (await fileSessionStore({ path }).open(key)).close()
}, 30_000)

it('GW-18 a read-only folder costs one record', async () => {
  const folder = await temporaryFolder()
  await chmod(folder, 0o555)
  // Nothing is read-only for root.
  const options = process.getuid?.() === 0 ? { uid: 65_534 } : {}
  const child = startProgram(await bundle(), ['keep', join(folder, 'session.json')], options)
  expect(await child.rest()).toEqual(['gateway.store_failed EACCES', 'over'])
  const deeper = startProgram(await bundle(), ['keep', join(folder, 'new', 'session.json')], options)
  expect(await deeper.rest()).toEqual(['gateway.store_failed EACCES', 'over'])
  expect(await readdir(folder)).toEqual([])
}, 30_000)

it('GW-18 a folder that cannot be made, and a pipe in the place of the file, cost one record each', async () => {
  const program = await bundle()
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'file'), '')
  // Below /proc the system says that the folder above is not there.
  for (const place of ['/proc/none', join(folder, 'file'), join(folder, 'n'.repeat(300))]) {
    const child = startProgram(program, ['keep', join(place, 'session.json')])
    expect(await child.rest()).toEqual([expect.stringMatching(/^gateway\.store_failed E[A-Z]+$/), 'over'])
  }
  const pipe = join(folder, 'session.json')
  execFileSync('mkfifo', [pipe])
  await expect((await fileSessionStore({ path: pipe }).open(key)).load()).rejects.toThrow('is not a file')
}, 30_000)

it('GW-18 a disk that hangs takes one call, whatever shards, locks and signs of life there are', async () => {
  const child = startProgram(await bundle(), ['hang', join(await temporaryFolder(), 'session.json')])
  expect(await child.line()).toBe('1')
  await child.kill()
}, 30_000)

it('GW-18 a full disk costs one record, and another one when there is room again', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  const clock = new ManualClock()
  const records: LogRecord[] = []
  const keeper = await openKeeper(path, records, clock)
  // Whatever is written to this device meets a full disk.
  await symlink('/dev/full', `${path}.tmp`)
  keeper.mark(1, false)
  await keeper.landed(10_000)
  expect(records).toMatchObject([{ event: 'gateway.store_failed', error: { code: 'ENOSPC' } }])
  await vi.waitFor(async () => {
    await clock.advance(5000)
    expect(records.map(({ event }) => event)).toEqual(['gateway.store_failed', 'gateway.store_recovered'])
  }, 20_000)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ committed: 7 })
  await keeper.close({ keep: true, within: 1000 })
  expect(clock.pending).toBe(0)
})

it('GW-18 a disk that was full before costs writing only: what is stored is found, and the lock is taken later', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  await writeFile(path, text)
  const child = startProgram(await bundle(), ['full', path])
  expect(await child.rest()).toEqual([
    '7',
    'gateway.store_failed',
    'no space left on device',
    'gateway.store_recovered',
  ])
  expect(await readFile(path, 'utf8')).toBe('text')
}, 30_000)

it('GW-18 where nothing can be written, another process that has the session is respected all the same', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  await writeFile(path, text)
  const slot = await fileSessionStore({ path }).open(key)
  const child = startProgram(await bundle(), ['full', path])
  expect(await child.rest()).toEqual([expect.stringMatching(/^session_busy: .*in use by process/)])
  await slot.close()
}, 30_000)

it('GW-18 a corrupt file costs one record, and is replaced', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  const records: LogRecord[] = []
  await writeFile(path, Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x22]))
  const first = await openKeeper(path, records)
  expect(first.found.kind).toBe('unusable')
  await first.close({ keep: true, within: 1000 })
  const second = await openKeeper(path, records)
  expect(second.found).toMatchObject({ kind: 'session', checkpoint: { committed: 7 } })
  await second.close({ keep: false, within: 1000 })
  expect(records.map(({ event }) => event)).toEqual(['gateway.session_ignored'])
})

it('GW-18 a folder in the place of the file costs one record each for reading and writing', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  await mkdir(join(path, 'inside'), { recursive: true })
  const records: LogRecord[] = []
  const keeper = await openKeeper(path, records)
  await keeper.close({ keep: true, within: 1000 })
  expect(keeper.found.kind).toBe('unusable')
  expect(new Set(records.map(({ event }) => event))).toEqual(new Set(['gateway.store_failed']))
})
