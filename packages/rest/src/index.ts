// The HTTP side of the platform. Text helpers are in '@qqkit/rest/text'.

// The client.
export { Rest, type RestRecallOptions, type RestSendOptions } from './rest.js'
export { restDefaults, type RestOptions } from './options.js'
export type { CallOptions } from './pipeline/client.js'
export type { RequestOptions } from './pipeline/request.js'
export type { Api } from './api/api.js'

// Messages: targets, builders and results.
export type { Target } from './types/target.js'
export type { Anchor, SendKind } from './send/reply-numbers.js'
export type { MessageFor, WireMessage } from './message/wire-message.js'
export {
  ark,
  embed,
  file,
  image,
  keyboard,
  markdownTemplate,
  media,
  quote,
  text,
  video,
  voice,
} from './message/builders.js'
export { button, type ButtonInit } from './message/buttons.js'
export { markdown, type MarkdownMessage, type MarkdownValue } from './message/markdown.js'
export { renderMarkup, type RenderMarkupOptions } from './message/render-markup.js'
export type {
  AuditResult,
  AuditVerdict,
  DuplicateResult,
  SendMode,
  SendResult,
  SentResult,
} from './send/result.js'
export type { Repeatability, RestStep } from './types/call.js'

// Streaming.
export type { MessageStream } from './stream/message-stream.js'
export type { MaxLength, StreamOptions, StreamTarget } from './stream/options.js'
export { StreamError, type StreamedMessage, type StreamResult } from './stream/result.js'

// Files.
export type { RestMedia, UploadOptions } from './media/upload/rest-media.js'
export type { Uploading, UploadProgress } from './media/upload/progress.js'
export type { Media, MediaScene, MediaSource, MediaType } from './media/media.js'
export { mediaDefaults, type DownloadOptions, type MediaOptions } from './media/options.js'
export { MemoryMediaCache } from './media/cache.js'
export { MediaError, type MediaFault } from './media/error.js'

// Errors.
export { failureMeans, RestError, TokenError } from './errors/rest-error.js'
export { InvalidRequestError } from './errors/invalid-request-error.js'
export { PagingError } from './api/calls/read-pages.js'
export { explainError } from './errors/explain-error.js'

// Retries, rate limits, fallbacks and numbers.
export { situations, type Delivered, type Repeat, type Situation } from './types/situation.js'
export { retryTable, type RetryTable } from './retry/retry-table.js'
export type { RetryOptions } from './retry/retry-options.js'
export { fallbackRules, type FallbackContext, type FallbackRule } from './send/fallback.js'
export { WindowLimiter, type WindowLimit, type WindowLimiterOptions } from './limits/window-limiter.js'
export { numberRanges, ReplyNumbers, type NumberRanges } from './send/reply-numbers.js'

// Interceptors, given to `rest.use()`.
export type {
  GatedAttempt,
  Interceptor,
  InterceptorNext,
  RestAnswer,
  RestCall,
  SendGate,
} from './types/call.js'
