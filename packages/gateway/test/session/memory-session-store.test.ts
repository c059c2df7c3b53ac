import { sessionStoreContract } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { memorySessionStore } from '../../src/session/memory-store.js'

describe('memory session store', () => {
  const subject = () => {
    const store = memorySessionStore()
    return { store, again: () => store }
  }
  for (const { name, run } of sessionStoreContract(subject)) it(name, run)
})

it('forgets nothing and changes nothing after it was closed', async () => {
  const store = memorySessionStore()
  const key = { appId: 'a', shard: { index: 0, total: 1 } }
  const first = await store.open(key)
  await first.save('kept')
  await first.close()
  await first.save('late')
  await first.clear()
  expect(await first.load()).toBeNull()
  const second = await store.open(key)
  expect([await second.load(), store.durable]).toEqual(['kept', false])
})
