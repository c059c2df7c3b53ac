import { execFileSync } from 'node:child_process'
/** The contract of a store of records, in memory and in a file; and what a file survives. */
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fileRecordStore, memoryRecordStore, type RecordStore } from '../../src/proactive/index.js'
import { thrownBy } from '../support/catcher.js'

interface Value {
  readonly name: string
  readonly counts: number[]
}

const value = (name: string): Value => ({ name, counts: [1, 2] })

let directory: string
let open: RecordStore<Value>[] = []

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'qqkit-records-'))
})
afterEach(async () => {
  for (const store of open) await store.close()
  open = []
  await rm(directory, { recursive: true, force: true })
})

const file = (): string => path.join(directory, 'records.jsonl')

const opened = (store: RecordStore<Value>): RecordStore<Value> => {
  open.push(store)
  return store
}
const inFile = (): RecordStore<Value> => opened(fileRecordStore<Value>({ path: file() }))

const stores = { memory: () => opened(memoryRecordStore<Value>()), file: inFile }

const namesOf = (values: readonly Value[]): readonly string[] => values.map(({ name }) => name).toSorted()

describe.each(Object.entries(stores))('a store of records in %s', (_name, make) => {
  it('TF-01 keeps the last value of each key, and nothing of a removed one', async () => {
    const store = make()
    expect(await store.load('a')).toBeUndefined()
    await store.save('a', value('first'))
    await store.save('a', value('second'))
    await store.save('b', value('other'))
    expect(await store.load('a')).toEqual(value('second'))
    await store.remove('a')
    await store.remove('never saved')
    expect(await store.load('a')).toBeUndefined()
    expect(await store.load('b')).toEqual(value('other'))
  })

  it('TF-01 lists the values whose key begins with a text', async () => {
    const store = make()
    for (const key of ['1:a', '1:b', '11:a', '2:a']) await store.save(key, value(key))
    expect(namesOf(await store.list('1:'))).toEqual(['1:a', '1:b'])
    expect(namesOf(await store.list(''))).toHaveLength(4)
    expect(await store.list('3:')).toEqual([])
  })

  it('TF-01 copies values in and out', async () => {
    const store = make()
    const mine = value('mine')
    await store.save('a', mine)
    mine.counts.push(3)
    const theirs = await store.load('a')
    theirs?.counts.push(4)
    const [listed] = await store.list('a')
    listed?.counts.push(5)
    expect(await store.load('a')).toEqual(value('mine'))
  })

  it('TF-01 keeps the order of changes that are not awaited', async () => {
    const store = make()
    const changes = [
      store.save('a', value('1')),
      store.save('b', value('2')),
      store.remove('a'),
      store.save('b', value('3')),
    ]
    await Promise.all(changes.map(async (change) => change))
    expect(namesOf(await store.list(''))).toEqual(['3'])
  })

  it('TF-01 opens again after it was closed', async () => {
    const store = make()
    await store.save('a', value('1'))
    await store.close()
    expect(await store.load('a')).toEqual(value('1'))
  })
})

describe('records in a file', () => {
  it('TF-01 outlive the process, in any order of changes', async () => {
    const change = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.option(fc.string()))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 20 }), fc.nat(20), async (changes, restart) => {
        await rm(file(), { force: true })
        const expected = new Map<string, Value>()
        let store = fileRecordStore<Value>({ path: file() })
        for (const [index, [key, name]] of changes.entries()) {
          if (index === restart) {
            await store.close()
            store = fileRecordStore<Value>({ path: file() })
          }
          if (name === null) expected.delete(key)
          else expected.set(key, value(name))
          await (name === null ? store.remove(key) : store.save(key, value(name)))
        }
        await store.close()
        const next = fileRecordStore<Value>({ path: file() })
        const found = await next.list('')
        await next.close()
        expect(namesOf(found)).toEqual(namesOf([...expected.values()]))
      }),
      { numRuns: 30 },
    )
  })

  it('TF-01 a line that a crash cut off is no change, and does not spoil the next', async () => {
    const first = inFile()
    await first.save('a', value('1'))
    await first.close()
    await appendFile(file(), '["b",{"name":"cut o')
    const second = inFile()
    expect(namesOf(await second.list(''))).toEqual(['1'])
    await second.save('c', value('3'))
    await second.close()
    expect(namesOf(await inFile().list(''))).toEqual(['1', '3'])
  })

  it('TF-01 the file is replaced before it has many times the lines of its records', async () => {
    const store = inFile()
    for (let round = 0; round < 30; round += 1)
      await Promise.all(
        Array.from({ length: 100 }, async (_, n) => store.save(`k${n % 5}`, value(`${round}`))),
      )
    const lines = (await readFile(file(), 'utf8')).split('\n').length
    expect(lines).toBeLessThan(1200)
    await store.close()
    expect(namesOf(await inFile().list(''))).toEqual(['29', '29', '29', '29', '29'])
  })

  it('TF-01 a second process is refused, and no other user may read the file', async () => {
    const store = inFile()
    await store.save('a', value('1'))
    await expect(inFile().load('a')).rejects.toMatchObject({ code: 'session_busy' })
    expect((await stat(file())).mode & 0o077).toBe(0)
  })

  it.each(['{"parked":[]}\n', '[1]\n', 'tea\n'])('TF-01 a file with %j is left alone', async (text) => {
    await writeFile(file(), text)
    const store = inFile()
    await expect(store.save('a', value('1'))).rejects.toMatchObject({
      code: 'record_file_foreign',
      advice: { en: expect.stringContaining('a file of its own') as unknown },
    })
    expect(await readFile(file(), 'utf8')).toBe(text)
  })

  it('TF-01 a pipe in the place of the file is left alone, and waits for no writer', async () => {
    execFileSync('mkfifo', [file()])
    await expect(inFile().load('a')).rejects.toMatchObject({ code: 'record_file_foreign' })
  })

  it('TF-01 refuses options that are none', () => {
    expect(thrownBy(() => fileRecordStore({ path: '' }))).toMatchObject({ path: 'path' })
    expect(thrownBy(() => fileRecordStore({ file: 'a' } as never))).toMatchObject({ name: 'OptionsError' })
  })
})
