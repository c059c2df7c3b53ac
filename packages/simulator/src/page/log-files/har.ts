import type { CallEntry, FrameEntry, LogEntry, LogEntryBody, PushEntry } from '../../core/kernel/log-entry.js'
import { fieldsOf, listOf, parsed, textOf, type Fields } from '../../runtime/wire-objects.js'

/** The media type of nearly everything that the platform and bots send. */
const JSON_TYPE = 'application/json'

const iso = (at: number): string => new Date(at).toISOString()

/** The fields of a HAR entry that are the same for a call and a push. */
const exchange = (
  { at, status }: Pick<CallEntry, 'at' | 'status'>,
  {
    method,
    url,
    request,
    response,
    ms,
  }: Readonly<Record<'method' | 'url' | 'request' | 'response', string>> & {
    readonly ms: number
  },
): Fields => ({
  startedDateTime: iso(at - ms),
  time: ms,
  request: {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: [],
    queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: request.length,
    ...(request === '' ? {} : { postData: { mimeType: JSON_TYPE, text: request } }),
  },
  response: {
    status,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: [],
    content: { size: response.length, mimeType: JSON_TYPE, text: response },
    redirectURL: '',
    headersSize: -1,
    bodySize: response.length,
  },
  cache: {},
  timings: { send: 0, wait: ms, receive: 0 },
})

const callOf = (entry: CallEntry, base: string): Fields => {
  const { method, path, request, response, ms, bot, route, code, executed, fault } = entry
  return {
    ...exchange(entry, { method, url: `${base}${path}`, request, response, ms }),
    _qqkit: { kind: 'call', bot, route, code, executed, fault },
  }
}

/** The log does not have the address of the webhook; no server can have this one. */
const pushOf = (entry: PushEntry): Fields => {
  const { bot, t, id, attempt, outcome, push } = entry
  return {
    ...exchange(entry, {
      method: 'POST',
      url: `https://webhook.invalid/${bot}`,
      request: '',
      response: entry.body,
      ms: 0,
    }),
    _qqkit: { kind: 'push', bot, t, id, attempt, outcome, push },
  }
}

/** A connection with its frames, in the form that the tools of browsers use for WebSockets. */
const connectionOf = (log: readonly LogEntry[], connection: number, base: string): Fields => {
  const entries = log.filter((entry) => 'connection' in entry && entry.connection === connection)
  const frames = entries.filter((entry) => entry.kind === 'frame')
  const at = entries[0]?.at ?? 0
  const end = entries.find((entry) => entry.kind === 'connection' && entry.change === 'closed')
  const session = entries.find((entry) => entry.kind === 'session')
  return {
    ...exchange(
      { at, status: 101 },
      { method: 'GET', url: `${base}/websocket`, request: '', response: '', ms: 0 },
    ),
    time: (entries.at(-1)?.at ?? at) - at,
    _resourceType: 'websocket',
    _webSocketMessages: frames.map((frame) => ({
      // Seen from the bot, whose tool would have recorded it.
      type: frame.direction === 'in' ? 'send' : 'receive',
      time: frame.at / 1000,
      opcode: 1,
      data: frame.text,
      ...(frame.fault === null ? {} : { _fault: frame.fault }),
    })),
    _qqkit: {
      kind: 'connection',
      connection,
      bot: session?.kind === 'session' ? session.bot : null,
      ...(end?.kind === 'connection' ? { closed: { at: end.at, code: end.code, reason: end.reason } } : {}),
    },
  }
}

/**
 * The calls, pushes and frames of a log in the HTTP archive format 1.2.
 *
 * @param base address of the platform
 */
export const toHar = (log: readonly LogEntry[], base: string): unknown => {
  const connections = new Set(log.flatMap((entry) => (entry.kind === 'frame' ? entry.connection : [])))
  const entries: readonly Fields[] = [
    ...log.flatMap<Fields>((entry) =>
      entry.kind === 'call' ? callOf(entry, base) : entry.kind === 'push' ? pushOf(entry) : [],
    ),
    ...[...connections].map((connection) => connectionOf(log, connection, base)),
  ]
  return {
    log: {
      version: '1.2',
      creator: { name: '@qqkit/simulator', version: '1' },
      pages: [],
      entries: entries.toSorted((a, b) =>
        textOf(a['startedDateTime']).localeCompare(textOf(b['startedDateTime'])),
      ),
    },
  }
}

type Dated = LogEntryBody & { readonly at: number }

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOr = <Other>(value: unknown, other: Other): number | Other =>
  typeof value === 'number' && Number.isFinite(value) ? value : other

const frameIn = (message: Fields, connection: number): Dated => {
  const text = textOf(message['data'])
  const { op, t, s } = fieldsOf(parsed(text))
  const frame: Omit<FrameEntry, 'n'> = {
    kind: 'frame',
    at: numberOr(message['time'], 0) * 1000,
    direction: message['type'] === 'send' ? 'in' : 'out',
    connection,
    op: numberOr(op, null),
    t: textOrNull(t),
    s: numberOr(s, null),
    text,
    fault: textOrNull(message['_fault']),
  }
  return frame
}

const connectionIn = (entry: Fields, at: number, number: number): readonly Dated[] => {
  const own = fieldsOf(entry['_qqkit'])
  const end = fieldsOf(own['closed'])
  const connection = numberOr(own['connection'], number)
  const socket = {
    kind: 'connection',
    connection,
    by: 'client',
    bot: textOrNull(own['bot']),
    session: null,
  } as const
  return [
    { ...socket, at, change: 'opened', code: 0, reason: '' },
    ...listOf(entry['_webSocketMessages']).map((message) => frameIn(fieldsOf(message), connection)),
    ...('code' in end
      ? [
          {
            ...socket,
            at: numberOr(end['at'], at),
            change: 'closed',
            code: numberOr(end['code'], 1006),
            reason: textOf(end['reason']),
          } as const,
        ]
      : []),
  ]
}

const exchangeIn = (entry: Fields, at: number, number: number): Dated => {
  const [request, response, own] = [entry['request'], entry['response'], entry['_qqkit']].map(fieldsOf) as [
    Fields,
    Fields,
    Fields,
  ]
  const ms = numberOr(entry['time'], 0)
  const status = numberOr(response['status'], 0)
  const body = textOf(fieldsOf(response['content'])['text'])
  if (own['kind'] === 'push') {
    const { outcome } = own
    return {
      kind: 'push',
      at,
      push: numberOr(own['push'], number),
      bot: textOf(own['bot']),
      t: textOrNull(own['t']),
      id: textOrNull(own['id']),
      attempt: numberOr(own['attempt'], 1),
      status,
      outcome: outcome === 'accepted' || outcome === 'refused' ? outcome : 'failed',
      body,
    }
  }
  const url = textOf(request['url'])
  const { pathname, search } = URL.canParse(url) ? new URL(url) : { pathname: url, search: '' }
  return {
    kind: 'call',
    at: at + ms,
    call: number,
    bot: textOrNull(own['bot']),
    method: textOf(request['method']),
    path: `${pathname}${search}`,
    route: textOf(own['route']) || 'unknown',
    request: textOf(fieldsOf(request['postData'])['text']),
    status,
    code: numberOr(own['code'] ?? fieldsOf(parsed(body))['code'], null),
    response: body,
    executed: own['executed'] === undefined ? status < 400 : own['executed'] === true,
    fault: textOrNull(own['fault']),
    ms,
  }
}

/** A log from an HTTP archive, which another tool may have written; `null` when it is none. */
export const fromHar = (file: unknown): readonly LogEntry[] | null => {
  const { entries } = fieldsOf(fieldsOf(file)['log'])
  if (!Array.isArray(entries)) return null
  const dated = entries.flatMap((entry: unknown, index): readonly Dated[] => {
    const fields = fieldsOf(entry)
    const at = Date.parse(textOf(fields['startedDateTime']))
    if (Number.isNaN(at)) return []
    return Array.isArray(fields['_webSocketMessages'])
      ? connectionIn(fields, at, index + 1)
      : [exchangeIn(fields, at, index + 1)]
  })
  return dated.toSorted((a, b) => a.at - b.at).map((entry, index) => ({ ...entry, n: index + 1 }))
}
