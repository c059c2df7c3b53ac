import type { LogEntry } from '../../core/kernel/log-entry.js'
import { timelineStates, type PageConnection, type PageMoment, type PageTimeline } from '../contract/wire.js'

/** Most moments; when they are full, each becomes twice as long, so that a night fits as well as a minute. */
const MOMENTS = 480
/** Length of a moment at first, in ms. */
const FIRST = 1000

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] }

/** The state of all connections together: of a bot with several shards, the worst. */
const stateOf = (open: ReadonlyMap<string, PageConnection>, seen: boolean): PageMoment['state'] => {
  const all = [...open.values()]
  if (all.length === 0) return seen ? 'away' : 'never'
  if (all.some(({ state }) => state === 'frozen')) return 'frozen'
  const shards = Math.max(1, ...all.map(({ shard }) => shard?.[1] ?? 1))
  return all.filter(({ state }) => state === 'ready').length < shards ? 'joining' : 'ready'
}

const worse = (a: PageMoment['state'], b: PageMoment['state']): PageMoment['state'] =>
  timelineStates.indexOf(a) > timelineStates.indexOf(b) ? a : b

const merged = (a: PageMoment, b: PageMoment): Mutable<PageMoment> => ({
  state: worse(a.state, b.state),
  wait: Math.max(a.wait, b.wait),
  faults: a.faults + b.faults,
})

/** ms that someone waited for the answer of an entry. */
const waitOf = (entry: LogEntry): number =>
  entry.kind === 'call' || entry.kind === 'interaction' || entry.kind === 'heartbeat' ? entry.ms : 0

/** Connection states, waits and faults over time, in bounded space. */
export interface Timeline {
  /** Takes an entry, and the connections after it. */
  take(entry: LogEntry, open: ReadonlyMap<string, PageConnection>): void
  /** The moments from the first entry until now. */
  read(now: number): PageTimeline
}

export const createTimeline = (): Timeline => {
  let start: number | null = null
  let width = FIRST
  let moments: Mutable<PageMoment>[] = []
  let state: PageMoment['state'] = 'never'

  /** The moment of a time; those since the last one continue its state. */
  const reach = (at: number): Mutable<PageMoment> => {
    start ??= at
    while (at - start >= MOMENTS * width) {
      moments = moments.flatMap((moment, index) => {
        const after = moments[index + 1]
        return index % 2 === 1 ? [] : after ? merged(moment, after) : moment
      })
      width *= 2
    }
    const index = Math.max(0, Math.floor((at - start) / width))
    while (moments.length <= index) moments.push({ state, wait: 0, faults: 0 })
    return moments[index] as Mutable<PageMoment>
  }

  return {
    take: (entry, open) => {
      const moment = reach(entry.at)
      if (entry.kind === 'connection' || entry.kind === 'session') {
        state = stateOf(open, state !== 'never')
        moment.state = worse(moment.state, state)
      }
      moment.wait = Math.max(moment.wait, waitOf(entry))
      if (entry.kind === 'fault' && entry.change === 'struck') moment.faults += 1
    },
    read: (now) => {
      if (start === null) return { start: now, width, moments: [] }
      reach(now)
      return { start, width, moments }
    },
  }
}
