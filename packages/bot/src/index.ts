export { Bot } from './bot.js'
export { botDefaults, type BotOptions, type ParkingOptions, type SourceChoice } from './options.js'
export { BotError, type BotErrorCode } from './errors/bot-error.js'
export { stderrSink } from './log/stderr-sink.js'
export type { BotStatus } from './lifecycle/bot-status.js'

export type { CommandOptions } from './command/command.js'
export type { CommandMatch } from './command/parse-command.js'
export type { Middleware, Next } from './compose/middleware.js'
export { scene, type SceneFilter } from './filter/scene.js'
export type { ErrorHandler } from './router/handlers.js'
export type { Filter, Pattern } from './router/layers.js'
export type { Overflow, QueueSize } from './queue/keyed-queue.js'

export { fileSessionStore, type FileSessionStoreOptions } from '@qqkit/gateway'
export { nodeHandler } from '@qqkit/webhook'
export {
  ark,
  button,
  channelLink,
  code,
  codeBlock,
  commandEnter,
  commandInput,
  embed,
  emoji,
  escapeContent,
  escapeMarkdown,
  file,
  image,
  inlineImage,
  keyboard,
  link,
  markdown,
  markdownTemplate,
  media,
  mention,
  mentionEveryone,
  quote,
  raw,
  text,
  unescapeContent,
  video,
  voice,
  type MarkdownMessage,
  type MarkdownValue,
  type MediaSource,
  StreamError,
  type RichText,
  type StreamResult,
  type TextSource,
} from '@qqkit/rest'
export type { AnswerOptions, MappedAnswerOptions } from './stream/answer-options.js'
export type { ProactiveOptions, ReplyOptions, SendOptions, TypingOptions } from './context/base-context.js'
export type { Context, ContextMap, EventName } from './context/context.js'
export { NamedEventContext, UnknownContext, type EventContext } from './context/event-context.js'
export { InteractionContext } from './context/interaction-context.js'
export { SceneMessageContext, type MessageContext } from './context/message-context.js'
export type { OutgoingMessage } from './context/outbox.js'
export type { Recallable, RecallOptions } from './context/recall.js'
export type { OtherEventName, PayloadOf } from './events/event-names.js'
export type { ParkedReply, ParkedResult, ReplyResult } from './park/parked-reply.js'
export { parkDefaults, type ParkLimits, type ParkStore } from './park/park-store.js'
export { memoryParkStore } from './park/memory-park-store.js'
export { fileParkStore } from './park/file-park-store.js'
export type { FileParkStoreOptions } from './park/park-options.js'
export { IncompleteError } from './sent/incomplete-error.js'
export type { Sent, SentPiece, WholeMessage } from './sent/sent.js'
export type { ReplyBudget } from './reply/reply-budget.js'
export { replyWindows, type ReplyWindow, type ReplyWindows } from './reply/windows.js'

export type { Emoji } from './message/emoji.js'
export type { Interaction, InteractionKind } from './interaction/interaction.js'
export type {
  Attachment,
  AttachmentKind,
  Author,
  C2cMessage,
  ChannelMessage,
  DmMessage,
  GroupMessage,
  Mention,
  Message,
  MessageOf,
  Quote,
  Scene,
  Target,
} from './message/message.js'

export { allow, deny, type AccessList } from './batteries/access.js'
export { conversationTimeout, type ConversationTimeoutOptions } from './batteries/conversation-timeout.js'
export { envelope, type EnvelopeOptions } from './batteries/envelope.js'
export { errorReply, type Apology } from './batteries/error-reply.js'
export {
  history,
  type History,
  type HistoryEntry,
  type HistoryOptions,
  type HistoryRecord,
} from './batteries/history.js'
export { logger, type LoggerOptions } from './batteries/event-logger.js'
export { mentionOnly, type MentionOnlyOptions } from './batteries/mention-only.js'
export { session, type ConversationState, type StateOptions } from './batteries/session.js'
export { memoryStateStore, type MemoryStateOptions, type StateStore } from './batteries/state-store.js'
export { throttle, type ThrottleBy, type ThrottleOptions, type ThrottleRow } from './batteries/throttle.js'
export { typing, type TypingNoticeOptions } from './batteries/typing.js'
