/** Who waits for a signal, each as an object of its own. */
type Waiters = Set<{ readonly callback: () => void }>

const waitersOf = new WeakMap<AbortSignal, Waiters>()

/**
 * Calls `callback` once when `signal` aborts, unless the returned function is called before; never for a signal that has
 * aborted already. However many wait for one signal, it carries a single listener: Node warns of a leak at eleven, and
 * a bot's signal is shared by everything that the bot does.
 *
 * @param callback must not throw
 */
export const onAbort = (signal: AbortSignal, callback: () => void): (() => void) => {
  const waiters = waitersOf.get(signal) ?? listen(signal)
  const waiter = { callback }
  waiters.add(waiter)
  return () => {
    if (waiters.delete(waiter) && waiters.size === 0) forget(signal)
  }
}

function onEvent(this: AbortSignal): void {
  const waiters = waitersOf.get(this) ?? []
  waitersOf.delete(this)
  for (const { callback } of waiters) callback()
}

const listen = (signal: AbortSignal): Waiters => {
  const waiters: Waiters = new Set()
  waitersOf.set(signal, waiters)
  signal.addEventListener('abort', onEvent, { once: true })
  return waiters
}

const forget = (signal: AbortSignal): void => {
  waitersOf.delete(signal)
  signal.removeEventListener('abort', onEvent)
}
