// Tools that the qqkit packages share. No promise is made to users: names here may change or go in any version.

// Waiting, and ending it: abort signals, cancelled calls, deadlines.
export {
  abortable,
  Cancellation,
  isThenable,
  onAbort,
  SingleFlight,
  sleep,
  withCancellation,
  withDeadline,
  type DeadlineOptions,
  type Stoppable,
} from './abort.js'
export { DeadlineQueue, type Deadline } from './deadline-queue.js'

// Collections.
export { BoundedMap, type BoundedMapOptions, LinkedQueue, type Linked } from './collections.js'
export { GenerationalMap, type GenerationalMapOptions } from './generational-map.js'
export { RecentTexts, type Named, type RecentTextsDeps } from './recent-texts.js'

// Options.
export { checkOptions, describeValue, didYouMean } from './options.js'

// Sentences in both languages.
export { redisFindingTexts } from './redis-finding-texts.js'
export { systemTexts } from './system-texts.js'
export { addTexts, translation, type Texts } from './translation.js'

// Log records: where they go, and what may stand in them.
export { createLog, cutText, fromLevel, guardedSink, Secret, takesLevel, wholeEnd } from './logging.js'
export { causeOf, isError, messageOf } from '../errors.js'

// Commands: the language of the terminal, mistakes on one line, and the files of people.
export { decodeText } from './decode-text.js'
export { CommandError, explainRefusal, languageIn, languageOf, type Language } from './command-line.js'

// Limits.
export { permit, timedPermit } from './permit.js'

// What the platform says: events and answers, and what people type.
export { deliveryKey } from '../contracts/source.js'
export { MAX_HOLD, readRetryAfter } from './retry-after.js'
export { parseTimestamp } from './timestamp.js'
export { endOfName, keyOfName, type NameWords, withoutMentions, wordsOfName } from './typed-text.js'
