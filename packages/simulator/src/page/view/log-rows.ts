import type { LogEntry } from '../../core/kernel/log-entry.js'
import type { PageFeedEntry } from '../contract/wire.js'
import { nextConnections, noConnections } from './connections.js'
import { feedEntry } from './feed-entry.js'
import { createRowRooms, roomIdsOf } from './row-rooms.js'

/** The rows of a whole log. `firstBot`: the bot whose conversations have no AppID in their ids. */
export const logRows = (log: readonly LogEntry[], firstBot: string): readonly PageFeedEntry[] => {
  const rooms = createRowRooms(roomIdsOf(firstBot))
  let connections = noConnections
  return log.flatMap((entry) => {
    connections = nextConnections(connections, entry)
    return feedEntry(entry, (id) => connections.open.get(String(id))?.appId ?? null, rooms) ?? []
  })
}
