// Time and records: what every part of a bot takes as an option.
export { systemClock, type CancelTimer, type Clock } from './clock.js'
export type { LogLevel, LogRecord, LogSink } from './log.js'

// Errors: what every package throws.
export {
  OptionsError,
  QqkitError,
  type Advice,
  type OptionsErrorInit,
  type QqkitErrorInit,
} from './errors.js'

// Contracts: the interfaces at which packages meet, and which you may implement.
export type { Access, AccessFault } from './contracts/access.js'
export type { WireFrame } from './contracts/frame.js'
export type { IdentifyPermit, IdentifyPermits, SessionStartLimit } from './contracts/identify-permits.js'
export type { LimitOutcome, LimitPermit, LimitRefusal, LimitScope, Limiter } from './contracts/limiter.js'
export type { MediaCache } from './contracts/media-cache.js'
export type { QuotaRecord, QuotaStore } from './contracts/quota-store.js'
export {
  SessionBusyError,
  type SessionBusyErrorInit,
  type SessionKey,
  type SessionSlot,
  type SessionStore,
} from './contracts/session-store.js'
export type {
  CloseOptions,
  Delivery,
  SettleOutcome,
  ShardId,
  Source,
  SourceStatus,
} from './contracts/source.js'
export type { Socket, SocketClose, SocketEvents, SocketOptions, Transport } from './contracts/transport.js'
