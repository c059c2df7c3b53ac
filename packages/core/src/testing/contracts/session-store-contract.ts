import assert from 'node:assert/strict'

import { SessionBusyError, type SessionKey, type SessionStore } from '../../contracts/session-store.js'
import { QqkitError } from '../../errors.js'
import type { ContractCase } from './contract.js'

/** An empty store under test. */
export interface SessionStoreSubject {
  readonly store: SessionStore
  /** A new store object on the same storage, as another process would open it. */
  readonly again: () => SessionStore
}

const key = (appId = '102000001', index = 0, total = 1): SessionKey => ({ appId, shard: { index, total } })

const isBusy = (error: unknown): boolean => QqkitError.is(error) && error.code === 'session_busy'

/** The contract suite of {@link SessionStore}. */
export const sessionStoreContract = (
  make: () => SessionStoreSubject | Promise<SessionStoreSubject>,
): readonly ContractCase[] => [
  {
    name: 'is empty at first',
    run: async () => {
      const { store } = await make()
      const slot = await store.open(key())
      assert.equal(await slot.load(), null)
      await slot.clear()
      assert.equal(await slot.load(), null)
      await slot.close()
    },
  },
  {
    name: 'returns exactly the text saved last, of any content and length',
    run: async () => {
      const { store } = await make()
      const slot = await store.open(key())
      for (const text of ['{"a":1}', 'x'.repeat(100_000), '会话 \u{1F916}\n\0"\\', '', 'short']) {
        await slot.save(text)
        assert.equal(await slot.load(), text)
      }
      await slot.close()
    },
  },
  {
    name: 'GW-20 keeps the shared state of a bot apart from its sessions, if the store supports it',
    run: async () => {
      const { store, again } = await make()
      if (!store.common) return
      const slot = await store.open(key())
      assert.equal(await store.common('102000001').load(), null)
      await store.common('102000001').save('shared')
      assert.equal(await again().common?.('102000001').load(), 'shared')
      assert.equal(await slot.load(), null)
      assert.deepEqual((await store.leftOver?.(key())) ?? [], [])
      await slot.close()
    },
  },
  {
    name: 'GW-17 keeps the text for the next one to open the slot, and deletes it on clear()',
    run: async () => {
      const { store, again } = await make()
      const first = await store.open(key())
      await first.save('kept')
      await first.close()
      const second = await again().open(key())
      assert.equal(await second.load(), 'kept')
      await second.clear()
      await second.close()
      const third = await again().open(key())
      assert.equal(await third.load(), null)
      await third.close()
    },
  },
  {
    name: 'GW-17 refuses a second owner with advice while the slot is open, and not afterwards',
    run: async () => {
      const { store, again } = await make()
      const slot = await store.open(key())
      await slot.save('mine')
      await assert.rejects(store.open(key()), isBusy)
      await assert.rejects(again().open(key()), (error) => {
        assert.ok(isBusy(error))
        assert.ok(error instanceof SessionBusyError && error.advice?.en && error.advice.zh)
        return true
      })
      assert.equal(await slot.load(), 'mine')
      await slot.close()
      await (await again().open(key())).close()
    },
  },
  {
    name: 'keeps the sessions of shards and bots apart',
    run: async () => {
      const { store } = await make()
      const keys = [key('a', 0, 2), key('a', 1, 2), key('a', 0, 3)]
      const slots = await Promise.all(keys.map(async (wanted) => store.open(wanted)))
      await Promise.all(slots.map(async (slot, index) => slot.save(`text ${index}`)))
      await slots[1]?.clear()
      assert.deepEqual(await Promise.all(slots.map(async (slot) => slot.load())), ['text 0', null, 'text 2'])
      await Promise.all(slots.map(async (slot) => slot.close()))
    },
  },
  {
    name: 'GW-17 completes a write in progress before it unlocks the slot, never later',
    run: async () => {
      const { store, again } = await make()
      const slot = await store.open(key())
      await slot.save('first')
      // A caller that gave up on a slow write may close the slot during that write.
      const writing = slot.save('last '.repeat(20_000))
      await slot.close()
      const next = await again().open(key())
      assert.equal(await next.load(), 'last '.repeat(20_000))
      await next.save('newer')
      await writing.catch(() => {})
      assert.equal(await next.load(), 'newer')
      await next.close()
    },
  },
  {
    name: 'GW-16 neither writes nor deletes after close()',
    run: async () => {
      const { store, again } = await make()
      const slot = await store.open(key())
      await slot.save('kept')
      await slot.close()
      await slot.save('late').catch(() => {})
      await slot.clear().catch(() => {})
      const next = await again().open(key())
      assert.equal(await next.load(), 'kept')
      await slot.save('late').catch(() => {})
      assert.equal(await next.load(), 'kept')
      await next.close()
    },
  },
  {
    name: 'may be closed twice',
    run: async () => {
      const { store, again } = await make()
      const slot = await store.open(key())
      await slot.close()
      const next = await again().open(key())
      await slot.close()
      await assert.rejects(store.open(key()), isBusy)
      await next.close()
    },
  },
]
