import type { Clock, StateStore } from '@qqkit/core'
import { isThenable, withDeadline } from '@qqkit/core/internal'

import { BotError } from '../common/errors.js'

/** ms that one call of a store may take: the handler waits for it, and what comes later in its conversation. */
const STORE_TIMEOUT = 10_000

const onTimeout = (): BotError => new BotError('store_slow', `${STORE_TIMEOUT} ms`)

/**
 * A store of the user's whose calls end in time. Without a deadline one answer that never comes, as from a connection that died, would
 * hold up a conversation for ever: its changes run one after another.
 *
 * @throws each call, BotError `store_slow`
 */
export const timedStore = <T>(store: StateStore<T>, clock: Clock): StateStore<T> => {
  const inTime = <R>(result: R | Promise<R>): R | Promise<R> =>
    isThenable(result) ? withDeadline({ clock, ms: STORE_TIMEOUT, onTimeout }, async () => result) : result
  return {
    load: (key) => inTime(store.load(key)),
    save: (key, value, lease) => inTime(store.save(key, value, lease)),
    remove: (key, lease) => inTime(store.remove(key, lease)),
    ...(store.swap && {
      swap: (key, before, value) => inTime(store.swap?.(key, before, value) ?? false),
    }),
  }
}
