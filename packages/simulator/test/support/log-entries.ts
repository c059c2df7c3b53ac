import type { LogEntry, SocketSimulator } from '../../src/index.js'

type Of<K extends LogEntry['kind']> = Extract<LogEntry, { readonly kind: K }>

/** Waits for the first new entry for which `test` holds. */
export const next = async <E extends LogEntry>(
  from: SocketSimulator,
  test: (entry: LogEntry) => entry is E,
): Promise<E> =>
  new Promise<E>((resolve) => {
    const stop = from.subscribe((entry) => {
      if (!test(entry)) return
      stop()
      resolve(entry)
    })
  })

/** A session was created, resumed, … */
export const session =
  (...changes: readonly Of<'session'>['change'][]) =>
  (entry: LogEntry): entry is Of<'session'> =>
    entry.kind === 'session' && changes.includes(entry.change)

/** A message of the bot. */
export const reply = (entry: LogEntry): entry is Of<'message'> =>
  entry.kind === 'message' && entry.direction === 'out'

/** Matches the last of a number of answered heartbeats. */
export const beats =
  (count: number) =>
  (entry: LogEntry): entry is Of<'frame'> =>
    entry.kind === 'frame' && entry.op === 11 && --count <= 0
