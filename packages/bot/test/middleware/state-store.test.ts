/** The contract of a store of values, in memory and in a file. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { ManualClock, stateStoreContract } from '@qqkit/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { memoryStateStore } from '../../src/middleware/index.js'
import { fileRecordStore, memoryRecordStore, type RecordStore } from '../../src/proactive/index.js'

describe('a store of values in memory', () => {
  for (const { name, run } of stateStoreContract(() => memoryStateStore())) it(name, run)

  it('BT-45 forgets by count and by age', async () => {
    const clock = new ManualClock()
    const store = memoryStateStore<number>({ maxEntries: 2, ttl: 1000, clock })
    for (const key of ['a', 'b', 'c']) await store.save(key, 1)
    expect(await store.load('a')).toBeUndefined()
    await clock.advance(1000)
    expect(await store.load('c')).toBeUndefined()
  })
})

describe('a store of records in memory', () => {
  for (const { name, run } of stateStoreContract(() => memoryRecordStore())) it(name, run)
})

describe('a store of records in a file', () => {
  let directory = ''
  const open: RecordStore<unknown>[] = []
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'qqkit-states-'))
  })
  afterAll(async () => {
    for (const store of open) await store.close()
    await rm(directory, { recursive: true, force: true })
  })
  const make = (): RecordStore<unknown> => {
    const store = fileRecordStore({ path: path.join(directory, `${open.length}.jsonl`) })
    open.push(store)
    return store
  }
  for (const { name, run } of stateStoreContract(make)) it(name, run)
})
