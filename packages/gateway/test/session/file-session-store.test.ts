import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { OptionsError, type SessionKey } from '@qqkit/core'
import { ManualClock, sessionStoreContract } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import {
  fileSessionStore,
  type FileSessionStoreOptions,
  isMountPoint,
  MountedFileError,
  mountPointsIn,
} from '../../src/session/file-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const key: SessionKey = { appId: '102000001', shard: { index: 0, total: 1 } }

describe('file session store in a folder', () => {
  const subject = async () => {
    const directory = join(await temporaryFolder(), 'made', 'when', 'missing')
    return { store: fileSessionStore({ directory }), again: () => fileSessionStore({ directory }) }
  }
  for (const { name, run } of sessionStoreContract(subject)) it(name, run)
})

it('keeps one bot in one file, and its shards beside it', async () => {
  const folder = await temporaryFolder()
  const store = fileSessionStore({ path: join(folder, 'session.json') })
  const shards = [
    { index: 0, total: 1 },
    { index: 1, total: 4 },
  ]
  const slots = await Promise.all(shards.map(async (shard) => store.open({ appId: 'a', shard })))
  for (const slot of slots) {
    await slot.save('text')
    await slot.close()
  }
  expect((await readdir(folder)).sort()).toEqual(['session.1-of-4.json', 'session.json'])
})

it('makes a file name of any app id', async () => {
  const directory = await temporaryFolder()
  const slot = await fileSessionStore({ directory }).open({ ...key, appId: '../../evil id' })
  await slot.save('text')
  await slot.close()
  expect(await readdir(directory)).toEqual(['______evil_id.0-of-1.json'])
})

it('lets only its owner read the session', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  const slot = await fileSessionStore({ path }).open(key)
  await slot.save('text')
  const { mode } = await stat(path)
  expect(mode & 0o077).toBe(0)
  await slot.close()
})

it('GW-18 does not read what is far too large to be a session', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  await writeFile(path, Buffer.alloc(17 * 1024 * 1024, 'x'))
  const slot = await fileSessionStore({ path }).open(key)
  expect(await slot.load()).toBe('')
  await slot.close()
})

it('GW-18 leaves nothing half written behind when a write fails', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'session.json')
  const slot = await fileSessionStore({ path }).open(key)
  // A folder that is not empty cannot be replaced by a file.
  await mkdir(join(path, 'inside'), { recursive: true })
  await expect(slot.save('text')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/)
  await slot.close()
  expect(await readdir(folder)).toEqual(['session.json'])
})

it('GW-17 lets go only after its last write is through, and writes nothing afterwards', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  const slot = await fileSessionStore({ path }).open(key)
  const saving = slot.save('last')
  await slot.close()
  expect(await readFile(path, 'utf8')).toBe('last')
  await saving
  await expect(slot.save('late')).rejects.toThrow('closed')
  await expect(slot.clear()).rejects.toThrow('closed')
})

it('GW-22 clears only after the running write: a session that is given up does not come back', async () => {
  const path = join(await temporaryFolder(), 'session.json')
  const slot = await fileSessionStore({ path }).open(key)
  const under = [slot.save('x'.repeat(100_000)), slot.clear()]
  await slot.close()
  await Promise.all(under)
  const next = await fileSessionStore({ path }).open(key)
  expect(await next.load()).toBeNull()
  await next.close()
})

it('GW-17 writes nothing once another process has taken the place over', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'session.json')
  const slot = await fileSessionStore({ path }).open(key)
  await slot.save('mine')
  for (const name of await readdir(folder)) if (name.includes('.lock-')) await rm(join(folder, name))
  const next = await fileSessionStore({ path }).open(key)
  await next.save('of the next one')
  await expect(slot.save('too late')).rejects.toMatchObject({ code: 'session_busy' })
  await slot.clear()
  expect(await slot.taken).toMatchObject({ code: 'session_busy' })
  await slot.close()
  expect(await next.load()).toBe('of the next one')
  await next.close()
})

describe('GW-17 what was kept under another number of shards', () => {
  it.each([
    ['a file', (folder: string) => fileSessionStore({ path: join(folder, 'session.json') })],
    ['a folder', (folder: string) => fileSessionStore({ directory: folder })],
  ])('GW-17 is given out once, unless somebody uses it: %s', async (_what, make) => {
    const folder = await temporaryFolder()
    const store = make(folder)
    const keyOf = (index: number, total: number, appId = 'a'): SessionKey => ({
      appId,
      shard: { index, total },
    })
    for (const [index, total] of [
      [0, 1],
      [0, 3],
      [2, 3],
    ] as const) {
      const slot = await store.open(keyOf(index, total))
      await slot.save(`${index} of ${total}`)
      if (index !== 2) await slot.close()
    }
    const own = await store.open(keyOf(0, 2))
    await own.save('own')
    expect([...((await store.leftOver?.(keyOf(0, 2))) ?? [])].sort()).toEqual(['0 of 1', '0 of 3'])
    expect(await store.leftOver?.(keyOf(1, 2))).toEqual([])
    expect(await own.load()).toBe('own')
    await own.close()
  })
})

it('GW-18 knows a file that is mounted by itself, and says what to do', async () => {
  const points = mountPointsIn(
    '36 35 98:0 / /app/session.json rw - ext4 /dev/sda rw\n37 35 98:0 / /a\\040b rw - ext4 /dev/sda rw\n',
  )
  expect(points).toEqual(['/app/session.json', '/a b'])
  expect(await isMountPoint(join(await temporaryFolder(), 'none'))).toBe(false)
  expect(new MountedFileError('/app/session.json')).toMatchObject({
    code: 'store_unusable',
    access: 'fatal',
    advice: { en: expect.stringContaining('Mount the folder') as string },
  })
})

it('keeps no timer after it was closed', async () => {
  const clock = new ManualClock()
  const slot = await fileSessionStore({ path: join(await temporaryFolder(), 'session.json'), clock }).open(
    key,
  )
  expect(clock.pending).toBe(1)
  await slot.close()
  expect(clock.pending).toBe(0)
})

describe('options', () => {
  const wrong: readonly (readonly [unknown, string])[] = [
    [{}, 'either path'],
    [{ path: 'a', directory: 'b' }, 'either path'],
    [{ path: '' }, 'the name of a file'],
    [{ directory: 7 }, 'the name of a folder'],
    [{ path: 'a', clock: 1 }, 'a Clock'],
    [{ file: 'a' }, 'is not an option'],
    [undefined, 'an object of options'],
  ]
  for (const [options, hint] of wrong) {
    it(`refuses ${JSON.stringify(options)} before anything is touched`, () => {
      const make = () => fileSessionStore(options as FileSessionStoreOptions)
      expect(make).toThrow(OptionsError)
      expect(make).toThrow(hint)
    })
  }
})
