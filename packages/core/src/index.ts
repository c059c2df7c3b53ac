// For everybody who uses or tests a bot: the clock and the log that every constructor takes as options.
export { systemClock, type CancelTimer, type Clock } from './clock.js'
export type { LogLevel, LogRecord, LogSink } from './log.js'

// For error handling: the base class of every error, with advice in two languages.
export {
  OptionsError,
  QqkitError,
  type Advice,
  type OptionsErrorInit,
  type QqkitErrorInit,
} from './errors.js'

// For your own implementations: the contracts between the packages. `@qqkit/core/testing` has a test suite for each.
export type { Access, AccessFault } from './contracts/access.js'
export type {
  WireFrame,
  CloseOptions,
  Delivery,
  SettleOutcome,
  ShardId,
  Source,
  SourceStatus,
} from './contracts/source.js'
export type { IdentifyPermit, IdentifyPermits, IdentifyBudget } from './contracts/identify-permits.js'
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
export type { Socket, SocketClose, SocketEvents, SocketOptions, Transport } from './contracts/transport.js'
