import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { parkStoreContract } from '@qqkit/core/testing'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fileParkStore, memoryParkStore, type ParkedReply, type ParkStore } from '../../src/index.js'
import type { ParkLimits } from '../../src/reply/park-store.js'
import { thrownBy } from '../support/catcher.js'

const reply = (id: string, message = id): ParkedReply => ({
  id,
  target: { scene: 'c2c', id: 'A1' },
  message,
  expiresAt: 1_000_000,
  attempts: 0,
})

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'qqkit-park-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const file = (): string => path.join(directory, 'parked.json')

const stores = {
  memory: (limits: ParkLimits, _name: string) => memoryParkStore(limits),
  file: (limits: ParkLimits, name: string) => fileParkStore({ path: path.join(directory, name), ...limits }),
}

describe.each(Object.entries(stores))('a store of parked replies in %s', (kind, make) => {
  const limits = { perPlace: 2, total: 3 }
  let folders = 0
  for (const { name, run } of parkStoreContract(() => {
    folders += 1
    const open = (): ParkStore => make(limits, `${folders}.json`)
    return { store: open(), ...(kind === 'file' && { again: open }), reply }
  }))
    it(name, run)

  it('refuses limits that are none', () => {
    expect(thrownBy(() => make({ total: 0 }, 'x.json'))).toMatchObject({ path: 'total' })
    expect(thrownBy(() => make({ totl: 1 } as ParkLimits, 'x.json'))).toMatchObject({ path: 'totl' })
  })
})

describe('parked replies in memory', () => {
  it('BT-37 end with the process, as close() says, and are there until then', async () => {
    const store = memoryParkStore()
    await store.put('a', reply('1'))
    await store.put('b', reply('2'))
    expect(await store.close()).toEqual([reply('1'), reply('2')])
    expect(await store.take('a')).toEqual(reply('1'))
    expect(await store.close()).toEqual([reply('2')])
  })
})

describe('parked replies in a file', () => {
  it('BT-11 parked replies outlive the process, and a taken one is gone from the file when take() resolves', async () => {
    const first = fileParkStore({ path: file() })
    await first.put('a', reply('1', '你好'))
    await first.put('a', reply('2'))
    await first.take('a')
    expect(await readFile(file(), 'utf8')).not.toContain('你好')
    expect(await first.close()).toEqual([])
    const second = fileParkStore({ path: file() })
    expect(await second.take('a')).toEqual(reply('2'))
    await second.close()
    expect(await second.take('a')).toBeNull()
    await second.close()
  })

  it('BT-11 are not given out when the file cannot be written', async () => {
    const store = fileParkStore({ path: file() })
    await store.put('a', reply('1'))
    await rm(directory, { recursive: true })
    await expect(store.take('a')).rejects.toThrow(/ENOENT/)
    await expect(store.put('a', reply('2'))).rejects.toThrow(/ENOENT/)
    await store.close()
  })

  it('belong to one process', async () => {
    const store = fileParkStore({ path: file() })
    await store.put('a', reply('1'))
    const other = fileParkStore({ path: file() })
    await expect(other.take('a')).rejects.toMatchObject({ code: 'session_busy' })
    await store.close()
    expect(await other.take('a')).toEqual(reply('1'))
    await other.close()
  })

  it.each(['', 'no JSON', '{}', '[]', 'null', '{"parked":5}', '{"sessionId":"s","committed":5}'])(
    'are not written over %j',
    async (text) => {
      await writeFile(file(), text)
      const store = fileParkStore({ path: file() })
      await expect(store.put('a', reply('1'))).rejects.toMatchObject({ code: 'park_file_foreign' })
      expect(await readFile(file(), 'utf8')).toBe(text)
      await rm(file())
      await store.put('a', reply('1'))
      await store.close()
    },
  )

  it('behave as in memory, whatever is put and taken, over restarts', async () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), name, n: fc.nat(99) }),
      fc.record({ do: fc.constant('take' as const), name }),
      fc.constant({ do: 'restart' as const }),
    )
    const limits = { perPlace: 3, total: 5 }
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(step, { selector: (one) => JSON.stringify(one) }), async (steps) => {
        await rm(file(), { force: true })
        const memory = memoryParkStore(limits)
        let disk = fileParkStore({ path: file(), ...limits })
        const both = async (act: (store: ParkStore) => Promise<unknown>): Promise<void> =>
          expect(await act(disk)).toEqual(await act(memory))
        for (const one of steps) {
          if (one.do === 'restart') {
            await disk.close()
            disk = fileParkStore({ path: file(), ...limits })
          } else if (one.do === 'take') await both(async (store) => store.take(one.name))
          else await both(async (store) => store.put(one.name, reply(`${one.n}${one.name}`)))
        }
        await disk.close()
      }),
      { numRuns: 20 },
    )
  })
})
