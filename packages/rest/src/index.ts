export { Rest, type RecallOptions, type SendOptions } from './rest.js'
export type { EndpointOptions, OtherEndpoint, RequestOptions } from './request/request-endpoint.js'
export type { Api } from './api/api.js'
export { PagingError, type PagingErrorInit } from './api/paging/paging-error.js'
export { restDefaults, type RestOptions } from './options.js'
export type { CallOptions, CloseRestOptions } from './pipeline/caller.js'
export type { UseOptions } from './pipeline/build-pipeline.js'
export type { HttpMethod, Middleware, Next, Repeatability, RestAnswer, RestCall } from './pipeline/call.js'
export type { RestStep } from './pipeline/step.js'
export type { WhenLimited } from './pipeline/limit-stage.js'
export type { PathParams, QueryParams } from './http/route-path.js'

export { RestError, type ErrorNumbers, type RestErrorInit } from './errors/rest-error.js'
export { failureMeans } from './errors/failure-means.js'
export { InvalidRequestError, type InvalidRequestInit } from './errors/invalid-request-error.js'
export { TokenError, type TokenErrorInit } from './token/token-error.js'
export {
  situations,
  type Delivered,
  type Repeat,
  type Situation,
  type SituationFact,
} from './errors/situation.js'

export { retryTable, type RetryTable, type RetryTableChange } from './retry/retry-table.js'
export type { RetryOptions } from './retry/settings.js'
export { fallbackRules, type FallbackContext, type FallbackRule } from './fallback/fallback-rules.js'

export type { Anchor } from './reply/anchor.js'
export { numberRanges, type NumberRange, type NumberRanges, type SendKind } from './reply/number-ranges.js'
export { Numbers, type NumbersInit } from './reply/numbers.js'
export type { Target } from './send/scenes.js'
export type {
  AuditResult,
  AuditVerdict,
  DuplicateResult,
  SendMode,
  SendResult,
  SentResult,
} from './send/result.js'
export type { MessageStream } from './stream/message-stream.js'
export { pour, type TextOf, type TextSink, type TextSource, type TextWriter } from './stream/pour.js'
export { StreamError, type StreamErrorInit } from './stream/stream-error.js'
export type { MaxLength, StreamOptions, StreamTarget } from './stream/stream-options.js'
export type { StreamedMessage, StreamResult } from './stream/stream-result.js'
export type { OutgoingMessage } from './message/outgoing-message.js'
export type { ObservedEvent } from './audit/audit-board.js'
export type { Interactions } from './interactions/interactions.js'
export { explainError, type Language } from './errors/explain-error.js'
export {
  ark,
  embed,
  keyboard,
  markdownTemplate,
  media,
  quote,
  text,
  type ArkValue,
} from './message/builders.js'
export { button, type ButtonBuilders, type ButtonInit, type CommandInit } from './message/buttons.js'
export { placeMarkup, type MarkupPlace } from './message/place-markup.js'
export { plainText, type NameOf, type PlainTextOptions } from './message/plain-text.js'
export { code, codeBlock } from './text/code.js'
export { escapeContent, unescapeContent } from './text/escape-content.js'
export { escapeMarkdown } from './text/escape-markdown.js'
export {
  channelLink,
  commandEnter,
  commandInput,
  emoji,
  inlineImage,
  link,
  mention,
  mentionEveryone,
  type CommandInputInit,
  type InlineImageInit,
  type Mentionable,
  type MentionForm,
  type MentionInit,
  type MentionScene,
} from './text/inline.js'
export { isBlank } from './text/is-blank.js'
export { markdown, type MarkdownMessage, type MarkdownValue } from './text/markdown.js'
export { raw, RichText } from './text/rich-text.js'
export { splitMarkdown } from './text/split-markdown.js'
export { splitText } from './text/split-text.js'
export type { QuotaRecord, QuotaStore } from '@qqkit/core'
export { WindowLimiter, type WindowLimit, type WindowLimiterParts } from './limits/window-limiter.js'

export type { RestMedia, UploadOptions } from './media/rest-media.js'
export type { FileInfo, Media } from './media/media.js'
export type { MediaScene, MediaType } from './media/kinds.js'
export type {
  DataSource,
  MediaSource,
  PathSource,
  StreamSource,
  UrlSource,
} from './media/source/media-source.js'
export type { ProgressListener, UploadProgress } from './media/upload/progress.js'
export type { Uploading } from './media/upload/uploading.js'
export { MediaError, type MediaErrorInit, type MediaFault } from './media/media-error.js'
export { mediaDefaults, type DownloadOptions, type MediaOptions } from './media/media-options.js'
export { MemoryMediaCache, type MemoryMediaCacheOptions } from './media/cache/memory-media-cache.js'
export {
  file,
  image,
  video,
  voice,
  type FileBuilder,
  type FilePart,
  type MediaPart,
} from './message/file-builders.js'
export type { MessageFor } from './message/message-for.js'
export type { OutgoingFile } from './media/attach/outgoing-file.js'
export type { MediaReferenceOf } from './media/attach/scene-mark.js'
