import type { DeliveryLease } from './source.js'

/**
 * A store of values by key, for what a bot remembers. Three methods, so that any database fits; values are plain data. A key can
 * be any text.
 *
 * `lease` is that of the event whose handler saves, where several processes share events. The bot has asked it before; a store that
 * can tell refuses what comes after the event was lost, and any other may leave it out.
 */
export interface StateStore<T> {
  /** The last saved value of a key; `undefined` if there is none, or it has expired. */
  load(key: string): T | undefined | Promise<T | undefined>
  save(key: string, value: T, lease?: DeliveryLease): void | Promise<void>
  remove(key: string, lease?: DeliveryLease): void | Promise<void>
  /**
   * Saves a value if that of the key is still `before`, as `load` gave it (`undefined`: none), and returns whether it did, as one step:
   * no other process saves in between. Optional; a store needs it where several processes may change one value at the same time.
   */
  swap?(key: string, before: T | undefined, value: T, lease?: DeliveryLease): boolean | Promise<boolean>
}
