import type { LogEntryBody, MessageEntry } from '../../src/core/kernel/log-entry.js'

type Body<Kind extends LogEntryBody['kind']> = Extract<LogEntryBody, { readonly kind: Kind }>

const BOT = '102000001'

/** Log entries with defaults for all fields that a test does not name. */
export const opened = (connection = 1): Body<'connection'> => ({
  kind: 'connection',
  change: 'opened',
  connection,
  by: 'client',
  bot: null,
  session: null,
  code: 0,
  reason: '',
})

export const closed = (connection = 1, code = 1006): Body<'connection'> => ({
  ...opened(connection),
  change: 'closed',
  by: 'network',
  session: 'S',
  code,
})

export const session = (
  change: Body<'session'>['change'],
  connection: number | null = 1,
): Body<'session'> => ({
  kind: 'session',
  change,
  session: 'S',
  bot: BOT,
  connection,
  shard: [0, 1],
  intents: 1,
  seq: 1,
})

export const frame = (fields: Partial<Body<'frame'>>): Body<'frame'> => ({
  kind: 'frame',
  direction: 'out',
  connection: 1,
  op: 0,
  t: null,
  s: null,
  text: '{}',
  fault: null,
  ...fields,
})

export const call = (fields: Partial<Body<'call'>> = {}): Body<'call'> => ({
  kind: 'call',
  call: 1,
  bot: BOT,
  method: 'POST',
  path: '/v2/users/U/messages',
  route: 'c2c.send',
  request: '{"content":"hi"}',
  status: 200,
  code: null,
  response: '{"id":"R"}',
  executed: true,
  fault: null,
  ms: 1,
  ...fields,
})

export const said = (text: string, fields: Partial<Body<'message'>> = {}): Body<'message'> => ({
  kind: 'message',
  direction: 'in',
  bot: BOT,
  scene: 'c2c',
  peer: 'ann',
  peerId: 'U',
  author: 'ann',
  id: `in-${text}`,
  content: text,
  payload: { id: `in-${text}`, content: text, author: { id: 'A1' } },
  files: [],
  refIdx: null,
  replyTo: null,
  change: 'sent',
  ...fields,
})

export const replied = (
  payload: Readonly<Record<string, unknown>>,
  fields: Partial<Body<'message'>> = {},
): Body<'message'> => ({
  ...said('', fields),
  direction: 'out',
  author: 'simulated-bot',
  id: 'out-1',
  content: typeof payload['content'] === 'string' ? payload['content'] : '',
  payload,
  replyTo: 'in-hi',
  ...fields,
})

/** An entry with its number and time. */
export const numbered = (body: Body<'message'>, n = 1): MessageEntry => ({ n, at: 1000 * n, ...body })
