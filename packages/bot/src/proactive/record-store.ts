import { isDeepStrictEqual } from 'node:util'

import type { StateStore } from '../middleware/state-store.js'

/**
 * A store that never forgets on its own, and can list its values: for the places that a bot knows, and for broadcasts. Values
 * are plain data. A durable store has a value on the disk when `save` resolves.
 */
export interface RecordStore<T> extends StateStore<T> {
  /** All values whose key begins with a text, in any order. */
  list(beginning: string): readonly T[] | Promise<readonly T[]>
  /** Closes files and connections; the next use opens them again. */
  close(): void | Promise<void>
}

/** The values of a {@link RecordStore} whose key begins with a text, as copies. */
export const listRecords = <T>(records: ReadonlyMap<string, T>, beginning: string): readonly T[] =>
  [...records].flatMap(([key, value]) => (key.startsWith(beginning) ? [structuredClone(value)] : []))

/**
 * Keeps records in this process: they are lost when it ends. The default.
 *
 * @example
 * const places = rememberPlaces(bot, { store: memoryRecordStore() })
 */
export const memoryRecordStore = <T>(): RecordStore<T> => {
  const records = new Map<string, T>()
  return {
    load: (key) => structuredClone(records.get(key)),
    save: (key, value) => void records.set(key, structuredClone(value)),
    remove: (key) => void records.delete(key),
    swap: (key, before, value) => {
      const isSame = isDeepStrictEqual(records.get(key), before)
      if (isSame) records.set(key, structuredClone(value))
      return isSame
    },
    list: (beginning) => listRecords(records, beginning),
    close: () => {},
  }
}
