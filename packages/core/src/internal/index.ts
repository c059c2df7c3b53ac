// Tools that the qqkit packages share. Not for users: names here may change in any version.

// Ends: waits that abort, calls that are cancelled, deadlines.
export {
  abortable,
  isThenable,
  onAbort,
  SingleFlight,
  sleep,
  withDeadline,
  type DeadlineOptions,
} from './abort.js'
export { Cancellation, withCancellation, type Stoppable } from './cancellation.js'
export { DeadlineQueue, type Deadline } from './deadline-queue.js'

// Collections.
export { BoundedMap, type BoundedMapOptions } from './bounded-map.js'
export { GenerationalMap, type GenerationalMapOptions } from './generational-map.js'
export { IndexedSet, type Indexed } from './indexed-set.js'
export { LinkedQueue, type Linked } from './linked-queue.js'

// Options, records, secrets, texts.
export { createLog, guardedSink } from './create-log.js'
export { cutText, wholeEnd } from './cut-text.js'
export { deliveryKey } from './delivery-key.js'
export { checkOptions } from './options.js'
export { Secret } from './secret.js'
export { causeOf, isError, messageOf } from './thrown.js'
