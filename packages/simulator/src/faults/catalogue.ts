import type { FaultSpec } from '../core/kernel/faults.js'

const lookup = { on: 'call', match: { route: 'gateway' } } as const
const token = { on: 'call', match: { route: 'token' } } as const
const files = { on: 'call', match: { route: 'files' } } as const
const stream = { on: 'call', match: { route: 'stream' } } as const
const send = { on: 'call', match: { route: 'send' } } as const

/**
 * Faults by name; each strikes once unless `times` says otherwise.
 *
 * To add one: a row here and its name in {@link FaultName}, a play in `test/support/fault-plays/` that shows its effect
 * on a client, and its name in both READMEs. The page offers it; its words are in `page/i18n/fault-names.ts`.
 *
 * @example
 *   sim.faults.add(faults['no-ack'])
 *   sim.faults.add({ ...faults['gateway-null'], times: 3 })
 */
export const faults: Readonly<Record<FaultName, FaultSpec>> = {
  'handshake-refused': { on: 'open', do: { kind: 'refuse', status: 502 } },
  'handshake-reset': { on: 'open', do: { kind: 'reset' } },
  'handshake-hangs': { on: 'open', do: { kind: 'hang' } },
  'no-hello': { on: 'connect', do: { kind: 'ignore' } },
  'wrong-interval': { on: 'connect', do: { kind: 'interval', value: 0 } },
  'no-ready': { on: 'identify', do: { kind: 'ignore' } },
  'ready-then-kicked': { on: 'identify', do: { kind: 'close', code: 4900, after: 50 } },
  'identify-refused': { on: 'identify', do: { kind: 'invalid', d: false } },
  'no-resumed': { on: 'resume', do: { kind: 'ignore' } },
  'resume-refused': { on: 'resume', do: { kind: 'invalid', d: false } },
  'reset-by-resume': { on: 'resume', do: { kind: 'close', code: 4902, reason: 'reset by resume' } },
  'no-ack': { on: 'heartbeat', do: { kind: 'ignore' } },
  'late-ack': { on: 'heartbeat', do: { kind: 'delay', ms: 20_000 } },
  'server-heartbeat': { on: 'heartbeat', do: { kind: 'heartbeat' } },
  'lost-event': { on: 'event', do: { kind: 'ignore' } },
  'late-event': { on: 'event', do: { kind: 'delay', ms: 5_000 } },
  'doubled-event': { on: 'event', do: { kind: 'duplicate' } },
  'reordered-events': { on: 'event', do: { kind: 'reorder' } },
  'garbage-frame': { on: 'event', do: { kind: 'garbage' } },
  'truncated-frame': { on: 'event', do: { kind: 'truncate' } },
  'oversized-frame': { on: 'event', do: { kind: 'oversize' } },
  'binary-frame': { on: 'event', do: { kind: 'binary' } },
  'cut-after-event': { on: 'event', do: { kind: 'reset', after: 0 } },
  'half-open-at-event': { on: 'event', do: { kind: 'half-open' } },
  'gateway-null': { ...lookup, do: { kind: 'answer', status: 200, body: null } },
  'gateway-empty': { ...lookup, do: { kind: 'answer', status: 200, body: {} } },
  'gateway-wrong-types': {
    ...lookup,
    do: { kind: 'answer', status: 200, body: { url: 7, shards: 'many', session_start_limit: [] } },
  },
  'gateway-html': {
    ...lookup,
    do: { kind: 'answer', status: 502, raw: '<html><body>502 Bad Gateway</body></html>', type: 'text/html' },
  },
  'gateway-500': { ...lookup, do: { kind: 'answer', status: 500 } },
  'gateway-hangs': { ...lookup, do: { kind: 'hang' } },
  // Failures of the token endpoint have HTTP 200 (§1.2).
  'token-limited': {
    ...token,
    do: { kind: 'error', code: 100001, message: 'Too many requests', status: 200 },
  },
  'token-refused': {
    ...token,
    do: { kind: 'error', code: 100016, message: 'invalid appid or secret', status: 200 },
  },
  'token-wrong-form': { ...token, do: { kind: 'error', code: 100002, message: 'internal err', status: 200 } },
  'token-too-often': {
    ...token,
    do: { kind: 'error', code: 100017, message: '接口调用超过频率限制', status: 200 },
  },
  'token-500': { ...token, do: { kind: 'answer', status: 500 } },
  'token-hangs': { ...token, do: { kind: 'hang' } },
  'token-expired': { on: 'call', match: { route: 'send' }, do: { kind: 'error', code: 11244 } },
  'ip-not-allowed': { on: 'call', do: { kind: 'error', code: 11298 } },
  'rate-limited': { ...send, do: { kind: 'error', code: 22009, status: 429 } },
  'rate-limited-with-hint': {
    ...send,
    do: {
      kind: 'answer',
      status: 429,
      headers: { 'retry-after': '2' },
      body: { code: 22009, err_code: 22009 },
    },
  },
  'server-error': { ...send, do: { kind: 'answer', status: 500 } },
  'server-error-while-executing': {
    ...send,
    do: { kind: 'answer', status: 504, when: 'during', takes: 1_000 },
  },
  'server-error-after-executing': { ...send, do: { kind: 'answer', status: 500, when: 'after' } },
  'html-502': { ...send, do: { kind: 'answer', status: 502, raw: '<html>502</html>', type: 'text/html' } },
  'send-hangs': { ...send, do: { kind: 'hang' } },
  'send-hangs-during-answer': { ...send, do: { kind: 'hang', when: 'during' } },
  'send-hangs-after-executing': { ...send, do: { kind: 'hang', when: 'after' } },
  'send-slow': { ...send, do: { kind: 'delay', ms: 3_000 } },
  'send-executed-late': { ...send, do: { kind: 'delay', ms: 10_000, when: 'before' } },
  'reset-before-executing': { ...send, do: { kind: 'reset' } },
  'reset-during-answer': { ...send, do: { kind: 'reset', when: 'during' } },
  'reset-after-executing': { ...send, do: { kind: 'reset', when: 'after' } },
  'error-with-200': { ...send, do: { kind: 'error', code: 40034024, status: 200 } },
  // Anchors and content (§6.6, §2.7).
  'anchor-expired': {
    on: 'call',
    match: { route: 'send', passive: true },
    do: { kind: 'error', code: 40034005 },
  },
  'reply-count-exceeded': {
    on: 'call',
    match: { route: 'send', passive: true },
    do: { kind: 'error', code: 40034128 },
  },
  'proactive-refused': {
    on: 'call',
    match: { route: 'send', passive: false },
    do: { kind: 'error', code: 40034105 },
  },
  'markdown-refused': {
    on: 'call',
    match: { route: 'send', msgType: 2 },
    do: { kind: 'error', code: 50056 },
  },
  'media-not-fetchable': {
    on: 'call',
    match: { route: 'files', url: true },
    do: { kind: 'error', code: 850026 },
  },
  // Refusals that live bots got (§2.9); the live switch `refusalStatus` decides the status of the first five.
  'openid-foreign': { ...send, do: { kind: 'error', code: 11255 } },
  'markdown-reply-refused': {
    on: 'call',
    match: { route: 'send', passive: true, msgType: 2 },
    do: { kind: 'error', code: 304041 },
  },
  'typing-refused': {
    on: 'call',
    match: { route: 'send', msgType: 6 },
    do: { kind: 'error', code: 50059 },
  },
  'media-format-refused': { ...files, do: { kind: 'error', code: 850019 } },
  'reply-limit-in-words': {
    on: 'call',
    match: { route: 'send', passive: true },
    do: { kind: 'error', code: null, message: 'reply msg exceed limit' },
  },
  'stream-prefix-changed': { ...stream, do: { kind: 'error', code: 40007 } },
  'stream-index-stuck': { ...stream, do: { kind: 'error', code: 40006 } },
  'media-url-format-refused': {
    on: 'call',
    match: { route: 'files', url: true },
    do: { kind: 'error', code: 850019, status: 400, message: '富媒体文件格式不支持' },
  },
  'replies-used-up': {
    on: 'call',
    match: { route: 'send', passive: true },
    do: { kind: 'error', code: 22009 },
  },
  'recall-refused': { on: 'call', match: { route: 'recall' }, do: { kind: 'error', code: 40061001 } },
  'send-duplicate': { ...send, do: { kind: 'error', code: 40054005 } },
  'anchor-unknown': {
    on: 'call',
    match: { route: 'send', passive: true },
    do: { kind: 'error', code: 40034024 },
  },
  'upload-too-big': {
    ...files,
    do: {
      kind: 'answer',
      status: 413,
      raw: '<html><body><h1>413 Request Entity Too Large</h1></body></html>',
      type: 'text/html',
    },
  },
  // Streams (§5.4.1).
  'stream-busy': { ...stream, do: { kind: 'error', code: 40034021 } },
  'stream-too-fast': { ...stream, do: { kind: 'error', code: 50002 } },
  'stream-answer-lost': { ...stream, do: { kind: 'reset', when: 'after' } },
  'part-failed': { on: 'call', match: { route: 'storage.put' }, do: { kind: 'answer', status: 500 } },
  'part-finish-retry': {
    on: 'call',
    match: { route: 'upload-part-finish' },
    do: { kind: 'error', code: 40093001 },
  },
  'push-lost': { on: 'push', do: { kind: 'ignore' } },
  'push-doubled': { on: 'push', do: { kind: 'duplicate' } },
  'push-late': { on: 'push', do: { kind: 'delay', ms: 5_000 } },
  'push-forged': { on: 'push', do: { kind: 'forge' } },
}

/** Name of a fault in the catalogue. */
export type FaultName =
  | 'handshake-refused'
  | 'handshake-reset'
  | 'handshake-hangs'
  | 'no-hello'
  | 'wrong-interval'
  | 'no-ready'
  | 'ready-then-kicked'
  | 'identify-refused'
  | 'no-resumed'
  | 'resume-refused'
  | 'reset-by-resume'
  | 'no-ack'
  | 'late-ack'
  | 'server-heartbeat'
  | 'lost-event'
  | 'late-event'
  | 'doubled-event'
  | 'reordered-events'
  | 'garbage-frame'
  | 'truncated-frame'
  | 'oversized-frame'
  | 'binary-frame'
  | 'cut-after-event'
  | 'half-open-at-event'
  | 'gateway-null'
  | 'gateway-empty'
  | 'gateway-wrong-types'
  | 'gateway-html'
  | 'gateway-500'
  | 'gateway-hangs'
  | 'token-limited'
  | 'token-refused'
  | 'token-wrong-form'
  | 'token-too-often'
  | 'token-500'
  | 'token-hangs'
  | 'token-expired'
  | 'ip-not-allowed'
  | 'rate-limited'
  | 'rate-limited-with-hint'
  | 'server-error'
  | 'server-error-while-executing'
  | 'server-error-after-executing'
  | 'html-502'
  | 'send-hangs'
  | 'send-hangs-during-answer'
  | 'send-hangs-after-executing'
  | 'send-slow'
  | 'send-executed-late'
  | 'reset-before-executing'
  | 'reset-during-answer'
  | 'reset-after-executing'
  | 'error-with-200'
  | 'anchor-expired'
  | 'reply-count-exceeded'
  | 'proactive-refused'
  | 'markdown-refused'
  | 'media-not-fetchable'
  | 'openid-foreign'
  | 'markdown-reply-refused'
  | 'typing-refused'
  | 'media-format-refused'
  | 'reply-limit-in-words'
  | 'stream-prefix-changed'
  | 'stream-index-stuck'
  | 'media-url-format-refused'
  | 'replies-used-up'
  | 'recall-refused'
  | 'send-duplicate'
  | 'anchor-unknown'
  | 'upload-too-big'
  | 'stream-busy'
  | 'stream-too-fast'
  | 'stream-answer-lost'
  | 'part-failed'
  | 'part-finish-retry'
  | 'push-lost'
  | 'push-doubled'
  | 'push-late'
  | 'push-forged'
