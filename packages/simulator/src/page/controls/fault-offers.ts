import type { CallAction, FaultSpec, OpenAction, PushAction, SocketAction } from '../../core/kernel/faults.js'
import type { PageFaultField, PageFaultGroup } from '../contract/wire.js'

/** The inputs of an offer's fields. */
export type OfferValues = Readonly<Record<string, string>>

interface OfferBase {
  readonly kind: string
  readonly group: PageFaultGroup
  readonly fields?: readonly PageFaultField[]
}

/** Acts on open connections at once. */
interface NowOffer extends OfferBase {
  readonly group: 'now'
  readonly action: (values: OfferValues) => SocketAction
}

/** Waits for a WebSocket handshake. */
interface OpenOffer extends OfferBase {
  readonly group: 'handshake'
  readonly on: 'open'
  readonly action: (values: OfferValues) => OpenAction
}

/** Waits for a webhook push. */
interface PushOffer extends OfferBase {
  readonly group: 'pushes'
  readonly on: 'push'
  readonly action: (values: OfferValues) => PushAction
}

/** Waits for its occasion on a connection. */
interface SocketOffer extends OfferBase {
  readonly group: 'handshake' | 'events'
  readonly on: 'connect' | 'identify' | 'resume' | 'heartbeat' | 'event'
  readonly action: (values: OfferValues) => SocketAction
}

/** Waits for a call. `route` is its default aim. */
interface CallOffer extends OfferBase {
  readonly group: 'lookup' | 'calls'
  readonly route: string | null
  readonly match?: FaultSpec['match']
  readonly action: (values: OfferValues) => CallAction
}

/** Any fault, written as JSON. */
interface CustomOffer extends OfferBase {
  readonly group: 'custom'
}

export type Offer = NowOffer | OpenOffer | PushOffer | SocketOffer | CallOffer | CustomOffer

const number = (name: string, value: number): PageFaultField => ({
  name,
  type: 'number',
  value: String(value),
})
const numberOf = (values: OfferValues, name: string): number => Number(values[name])

const answer = (status: number, body: unknown): CallAction => ({ kind: 'answer', status, body })
const TOO_BIG = '<html><body><h1>413 Request Entity Too Large</h1></body></html>'
const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>'

const exampleFault: FaultSpec = {
  on: 'event',
  do: { kind: 'delay', ms: 3000 },
  times: 2,
  match: { peer: 'ann' },
}

/** The faults that the page offers, in the order of the screen. */
export const faultOffers: readonly Offer[] = [
  { kind: 'drop', group: 'now', action: () => ({ kind: 'drop' }) },
  { kind: 'reset', group: 'now', action: () => ({ kind: 'reset' }) },
  { kind: 'half-open', group: 'now', action: () => ({ kind: 'half-open' }) },
  { kind: 'reconnect', group: 'now', action: () => ({ kind: 'reconnect' }) },
  {
    kind: 'reconnect-4009',
    group: 'now',
    action: () => ({ kind: 'reconnect', thenClose: 4009, after: 500 }),
  },
  { kind: 'server-heartbeat', group: 'now', action: () => ({ kind: 'heartbeat' }) },
  { kind: 'invalid-true', group: 'now', action: () => ({ kind: 'invalid', d: true }) },
  { kind: 'invalid-false', group: 'now', action: () => ({ kind: 'invalid', d: false }) },
  {
    kind: 'close',
    group: 'now',
    fields: [number('code', 4009)],
    action: (values) => ({ kind: 'close', code: numberOf(values, 'code') }),
  },

  {
    kind: 'refuse-socket',
    group: 'handshake',
    on: 'open',
    fields: [number('status', 503)],
    action: (values) => ({ kind: 'refuse', status: numberOf(values, 'status') }),
  },
  { kind: 'no-hello', group: 'handshake', on: 'connect', action: () => ({ kind: 'ignore' }) },
  {
    kind: 'interval',
    group: 'handshake',
    on: 'connect',
    fields: [number('interval', 0)],
    action: (values) => ({ kind: 'interval', value: numberOf(values, 'interval') }),
  },
  { kind: 'no-ready', group: 'handshake', on: 'identify', action: () => ({ kind: 'ignore' }) },
  {
    kind: 'identify-close',
    group: 'handshake',
    on: 'identify',
    fields: [number('code', 4004)],
    action: (values) => ({ kind: 'close', code: numberOf(values, 'code') }),
  },
  { kind: 'no-resumed', group: 'handshake', on: 'resume', action: () => ({ kind: 'ignore' }) },
  {
    kind: 'resume-close',
    group: 'handshake',
    on: 'resume',
    fields: [number('code', 4902)],
    action: (values) => ({ kind: 'close', code: numberOf(values, 'code'), reason: 'reset by resume' }),
  },
  { kind: 'resume-invalid', group: 'handshake', on: 'resume', action: () => ({ kind: 'invalid', d: false }) },
  { kind: 'no-ack', group: 'handshake', on: 'heartbeat', action: () => ({ kind: 'ignore' }) },

  { kind: 'event-drop', group: 'events', on: 'event', action: () => ({ kind: 'drop' }) },
  { kind: 'event-lost', group: 'events', on: 'event', action: () => ({ kind: 'ignore' }) },
  {
    kind: 'event-delay',
    group: 'events',
    on: 'event',
    fields: [number('ms', 3000)],
    action: (values) => ({ kind: 'delay', ms: numberOf(values, 'ms') }),
  },
  { kind: 'event-duplicate', group: 'events', on: 'event', action: () => ({ kind: 'duplicate' }) },
  { kind: 'event-reorder', group: 'events', on: 'event', action: () => ({ kind: 'reorder' }) },
  { kind: 'event-garbage', group: 'events', on: 'event', action: () => ({ kind: 'garbage' }) },
  { kind: 'event-truncate', group: 'events', on: 'event', action: () => ({ kind: 'truncate' }) },
  { kind: 'event-oversize', group: 'events', on: 'event', action: () => ({ kind: 'oversize' }) },

  { kind: 'gateway-null', group: 'lookup', route: 'gateway', action: () => answer(200, null) },
  { kind: 'gateway-empty', group: 'lookup', route: 'gateway', action: () => answer(200, {}) },
  {
    kind: 'gateway-html',
    group: 'lookup',
    route: 'gateway',
    action: () => ({ kind: 'answer', status: 502, raw: HTML, type: 'text/html' }),
  },
  { kind: 'gateway-hang', group: 'lookup', route: 'gateway', action: () => ({ kind: 'hang' }) },
  {
    kind: 'token-limited',
    group: 'lookup',
    route: 'token',
    action: () => answer(200, { code: 100001, message: 'Too many requests' }),
  },
  {
    kind: 'token-too-often',
    group: 'lookup',
    route: 'token',
    action: () => answer(200, { code: 100017, message: '接口调用超过频率限制' }),
  },
  {
    kind: 'token-wrong-form',
    group: 'lookup',
    route: 'token',
    action: () => answer(200, { code: 100002, message: 'internal err' }),
  },
  {
    kind: 'token-5xx',
    group: 'lookup',
    route: 'token',
    action: () => answer(503, { code: 503, message: 'service unavailable' }),
  },

  {
    kind: 'expired',
    group: 'calls',
    route: 'send',
    match: { passive: true },
    action: () => ({ kind: 'error', code: 40034005 }),
  },
  {
    kind: 'markdown-refused',
    group: 'calls',
    route: 'send',
    match: { msgType: 2 },
    action: () => ({ kind: 'error', code: 304036 }),
  },
  {
    kind: 'unauthorized',
    group: 'calls',
    route: null,
    action: () => ({ kind: 'error', code: 11244, status: 401 }),
  },
  {
    kind: 'rate-limited',
    group: 'calls',
    route: null,
    action: () => ({ kind: 'error', code: 22009, status: 429 }),
  },
  {
    kind: 'server-error',
    group: 'calls',
    route: null,
    action: () => answer(500, { code: 500, message: 'internal error' }),
  },
  {
    kind: 'call-delay',
    group: 'calls',
    route: null,
    fields: [number('ms', 3000)],
    action: (values) => ({ kind: 'delay', ms: numberOf(values, 'ms') }),
  },
  { kind: 'call-hang', group: 'calls', route: null, action: () => ({ kind: 'hang' }) },
  { kind: 'reset-before', group: 'calls', route: null, action: () => ({ kind: 'reset', when: 'before' }) },
  { kind: 'reset-after', group: 'calls', route: null, action: () => ({ kind: 'reset', when: 'after' }) },

  {
    kind: 'media-unfetchable',
    group: 'calls',
    route: 'files',
    match: { url: true },
    action: () => ({ kind: 'error', code: 850026 }),
  },

  {
    kind: 'openid-foreign',
    group: 'calls',
    route: 'send',
    action: () => ({ kind: 'error', code: 11255 }),
  },
  {
    kind: 'markdown-reply-refused',
    group: 'calls',
    route: 'send',
    match: { passive: true, msgType: 2 },
    action: () => ({ kind: 'error', code: 304041 }),
  },
  {
    kind: 'typing-refused',
    group: 'calls',
    route: 'send',
    match: { msgType: 6 },
    action: () => ({ kind: 'error', code: 50059 }),
  },
  {
    kind: 'replies-used-up',
    group: 'calls',
    route: 'send',
    match: { passive: true },
    action: () => ({ kind: 'error', code: 22009 }),
  },
  {
    kind: 'reply-limit-in-words',
    group: 'calls',
    route: 'send',
    match: { passive: true },
    action: () => ({ kind: 'error', code: null, message: 'reply msg exceed limit' }),
  },
  {
    kind: 'send-duplicate',
    group: 'calls',
    route: 'send',
    action: () => ({ kind: 'error', code: 40054005 }),
  },
  {
    kind: 'anchor-unknown',
    group: 'calls',
    route: 'send',
    match: { passive: true },
    action: () => ({ kind: 'error', code: 40034024 }),
  },
  {
    kind: 'recall-refused',
    group: 'calls',
    route: 'recall',
    action: () => ({ kind: 'error', code: 40061001 }),
  },
  {
    kind: 'media-format-refused',
    group: 'calls',
    route: 'files',
    action: () => ({ kind: 'error', code: 850019 }),
  },
  {
    kind: 'media-url-format-refused',
    group: 'calls',
    route: 'files',
    match: { url: true },
    action: () => ({ kind: 'error', code: 850019, status: 400, message: '富媒体文件格式不支持' }),
  },
  {
    kind: 'upload-too-big',
    group: 'calls',
    route: 'files',
    action: () => ({ kind: 'answer', status: 413, raw: TOO_BIG, type: 'text/html' }),
  },
  { kind: 'stream-busy', group: 'calls', route: 'stream', action: () => ({ kind: 'error', code: 40034021 }) },
  {
    kind: 'stream-too-fast',
    group: 'calls',
    route: 'stream',
    action: () => ({ kind: 'error', code: 50002 }),
  },
  {
    kind: 'stream-index-stuck',
    group: 'calls',
    route: 'stream',
    action: () => ({ kind: 'error', code: 40006 }),
  },
  {
    kind: 'stream-prefix-changed',
    group: 'calls',
    route: 'stream',
    action: () => ({ kind: 'error', code: 40007 }),
  },
  {
    kind: 'stream-answer-lost',
    group: 'calls',
    route: 'stream',
    action: () => ({ kind: 'reset', when: 'after' }),
  },

  { kind: 'push-duplicate', group: 'pushes', on: 'push', action: () => ({ kind: 'duplicate' }) },
  { kind: 'push-forge', group: 'pushes', on: 'push', action: () => ({ kind: 'forge' }) },
  {
    kind: 'push-delay',
    group: 'pushes',
    on: 'push',
    fields: [number('ms', 3000)],
    action: (values) => ({ kind: 'delay', ms: numberOf(values, 'ms') }),
  },

  {
    kind: 'custom',
    group: 'custom',
    fields: [{ name: 'fault', type: 'json', value: JSON.stringify(exampleFault, null, 2) }],
  },
]
