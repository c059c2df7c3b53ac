export type { CancelTimer, Clock } from './clock/clock.js'
export { systemClock } from './clock/system-clock.js'

export { abortable } from './cancel/abortable.js'
export { withDeadline, type DeadlineOptions } from './cancel/deadline.js'
export { isThenable } from './cancel/is-thenable.js'
export { onAbort } from './cancel/on-abort.js'
export { SingleFlight } from './cancel/single-flight.js'
export { sleep } from './cancel/sleep.js'

export { OptionsError, type OptionsErrorInit } from './errors/options-error.js'
export { causeOf, isError, messageOf } from './errors/thrown.js'
export { QqkitError, type Advice, type QqkitErrorInit } from './errors/qqkit-error.js'
export { checkOptions } from './options/check-options.js'

export { Line, type Standing } from './collections/line.js'
export { RecentKeys, type RecentKeysOptions } from './collections/recent-keys.js'

export { Secret } from './secret/secret.js'

export { cutText, wholeEnd } from './text/cut-text.js'

export { createLog } from './log/create-log.js'
export { guardedSink } from './log/guarded-sink.js'
export type { LogLevel, LogRecord, LogSink } from './log/log-record.js'

export type { Access, AccessFault } from './seams/access.js'
export { deliveryKey } from './seams/delivery-key.js'
export type { WireFrame } from './seams/frame.js'
export type { IdentifyPermit, IdentifyPermits, SessionStartLimit } from './seams/identify-permits.js'
export type { MediaCache } from './seams/media-cache.js'
export type { QuotaRecord, QuotaStore } from './seams/quota-store.js'
export type { LimitOutcome, LimitPermit, LimitRefusal, LimitScope, Limiter } from './seams/limiter.js'
export {
  SessionBusyError,
  type SessionBusyErrorInit,
  type SessionKey,
  type SessionSlot,
  type SessionStore,
} from './seams/session-store.js'
export type { CloseOptions, Delivery, SettleOutcome, ShardId, Source, SourceStatus } from './seams/source.js'
export type { Socket, SocketClose, SocketEvents, SocketOptions, Transport } from './seams/transport.js'
