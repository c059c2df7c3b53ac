import { type Clock, QqkitError, type StateStore } from '@qqkit/core'
import { addTexts, isThenable, type Texts, withDeadline } from '@qqkit/core/internal'

/** ms that one call of a store may take: the handler waits for it, and what comes later in its conversation. */
const STORE_TIMEOUT = 10_000

const SLOW = 'a store did not answer in time'

const texts: Texts = [[SLOW, 'store 未在限定时间内响应']]

const onTimeout = (): QqkitError => {
  addTexts(texts)
  return new QqkitError({
    code: 'store_slow',
    message: `${SLOW}: ${STORE_TIMEOUT} ms`,
    advice: {
      en: 'Check the database behind the store, and give its client a timeout. This event failed; the next one asks the store again.',
      zh: '请检查 store 背后的数据库，并为其客户端设置超时。本次事件已失败，下一个事件会重新访问 store。',
    },
  })
}

/**
 * A store of the user's whose calls end in time. Without a deadline one answer that never comes, as from a connection that died, would
 * hold up a conversation for ever: its changes run one after another.
 *
 * @throws each call, QqkitError `store_slow`
 */
export const timedStore = <T>(store: StateStore<T>, clock: Clock): StateStore<T> => {
  const inTime = <R>(result: R | Promise<R>): R | Promise<R> =>
    isThenable(result) ? withDeadline({ clock, ms: STORE_TIMEOUT, onTimeout }, async () => result) : result
  return {
    load: (key) => inTime(store.load(key)),
    save: (key, value, lease) => inTime(store.save(key, value, lease)),
    remove: (key, lease) => inTime(store.remove(key, lease)),
    ...(store.swap && {
      swap: (key, before, value, lease) => inTime(store.swap?.(key, before, value, lease) ?? false),
    }),
  }
}
