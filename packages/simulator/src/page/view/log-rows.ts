import type { LogEntry } from '../../core/kernel/log-entry.js'
import type { PageRows } from '../contract/wire.js'
import { nextConnections, noConnections } from './connections.js'
import { feedEntry } from './feed-entry.js'
import { createRowRooms, roomIdsOf } from './row-rooms.js'
import { createTimeline } from './timeline.js'

/** The rows of a whole log. `firstBot`: the bot whose conversations have no AppID in their ids. */
export const logRows = (log: readonly LogEntry[], firstBot: string): PageRows => {
  const rooms = createRowRooms(roomIdsOf(firstBot))
  const timeline = createTimeline()
  let connections = noConnections
  const rows = log.flatMap((entry) => {
    connections = nextConnections(connections, entry)
    timeline.take(entry, connections.open)
    return feedEntry(entry, (id) => connections.open.get(String(id))?.appId ?? null, rooms) ?? []
  })
  return { rows, timeline: timeline.read(log.at(-1)?.at ?? 0) }
}
