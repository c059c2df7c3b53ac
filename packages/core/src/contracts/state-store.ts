/**
 * A store of values by key, for what a bot remembers. Three methods, so that any database fits; values are plain data. A key can
 * be any text.
 */
export interface StateStore<T> {
  /** The last saved value of a key; `undefined` if there is none, or it has expired. */
  load(key: string): T | undefined | Promise<T | undefined>
  save(key: string, value: T): void | Promise<void>
  remove(key: string): void | Promise<void>
}
