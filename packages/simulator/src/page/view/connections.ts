import type { LogEntry } from '../../core/kernel/log-entry.js'
import type { PageConnection } from '../contract/wire.js'

/** The open connections and the start of each session. */
export interface Connections {
  readonly open: ReadonlyMap<string, PageConnection>
  readonly sessionsSince: ReadonlyMap<string, number>
}

export const noConnections: Connections = { open: new Map(), sessionsSince: new Map() }

const changed = (
  state: Connections,
  id: string,
  change: (connection: PageConnection) => PageConnection,
): Connections => {
  const connection = state.open.get(id)
  return connection === undefined
    ? state
    : { ...state, open: new Map(state.open).set(id, change(connection)) }
}

const without = <Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> => {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}

const onConnection = (
  state: Connections,
  entry: Extract<LogEntry, { readonly kind: 'connection' }>,
): Connections => {
  const id = String(entry.connection)
  if (entry.change === 'closed') return { ...state, open: without(state.open, id) }
  if (entry.change === 'frozen')
    return changed(state, id, (connection) => ({ ...connection, state: 'frozen' }))
  const opened: PageConnection = {
    id,
    state: 'greeted',
    appId: entry.bot,
    shard: null,
    sessionId: null,
    sessionSince: null,
    openedAt: entry.at,
    lastHeartbeatAt: null,
    seq: 0,
  }
  return { ...state, open: new Map(state.open).set(id, opened) }
}

const onSession = (state: Connections, entry: Extract<LogEntry, { kind: 'session' }>): Connections => {
  if (entry.change === 'expired' || entry.change === 'dropped') {
    return { ...state, sessionsSince: without(state.sessionsSince, entry.session) }
  }
  if (entry.change === 'detached' || entry.connection === null) return state
  const since = entry.change === 'created' ? entry.at : (state.sessionsSince.get(entry.session) ?? entry.at)
  return changed(
    { ...state, sessionsSince: new Map(state.sessionsSince).set(entry.session, since) },
    String(entry.connection),
    (connection) => ({
      ...connection,
      state: 'ready',
      appId: entry.bot,
      shard: entry.shard,
      sessionId: entry.session,
      sessionSince: since,
      seq: entry.seq,
    }),
  )
}

const onFrame = (state: Connections, entry: Extract<LogEntry, { kind: 'frame' }>): Connections => {
  const beat = entry.direction === 'in' && entry.op === 1
  const numbered = entry.direction === 'out' && entry.s !== null
  if (!beat && !numbered) return state
  return changed(state, String(entry.connection), (connection) => ({
    ...connection,
    lastHeartbeatAt: beat ? entry.at : connection.lastHeartbeatAt,
    seq: numbered ? Math.max(connection.seq, entry.s ?? 0) : connection.seq,
  }))
}

/** The connections after an entry of the log; the same object when the entry does not concern them. */
export const nextConnections = (state: Connections, entry: LogEntry): Connections => {
  if (entry.kind === 'connection') return onConnection(state, entry)
  if (entry.kind === 'session') return onSession(state, entry)
  return entry.kind === 'frame' ? onFrame(state, entry) : state
}
