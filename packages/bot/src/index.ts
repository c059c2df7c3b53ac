export { Bot } from './bot.js'
export { botDefaults, type BotOptions, type ParkingOptions, type SourceChoice } from './runtime/options.js'
export { BotError, type BotErrorCode } from './common/errors.js'
export { stderrSink } from './runtime/log.js'
export type { BotStatus } from './runtime/status.js'

export type { CommandOptions, CommandMatch } from './events/command.js'
export type { Middleware, Next, Filter, Pattern } from './routing/layers.js'
export { scene, type SceneFilter } from './routing/scene.js'
export type { ErrorHandler } from './routing/handlers.js'
export type { Overflow, QueueSize } from './dispatch/keyed-queue.js'

export { fileSessionStore, type FileSessionStoreOptions } from '@qqkit/gateway'
export { nodeHandler } from '@qqkit/webhook'
export {
  ark,
  button,
  embed,
  file,
  image,
  keyboard,
  markdown,
  markdownTemplate,
  media,
  quote,
  text,
  video,
  voice,
  type MarkdownMessage,
  type MarkdownValue,
  type MediaSource,
  StreamError,
  type StreamResult,
} from '@qqkit/rest'
export {
  channelLink,
  code,
  codeBlock,
  commandEnter,
  commandInput,
  emoji,
  escapeContent,
  escapeMarkdown,
  inlineImage,
  link,
  mention,
  mentionEveryone,
  raw,
  unescapeContent,
  type RichText,
  type TextSource,
} from '@qqkit/rest/text'
export type {
  AnswerOptions,
  MappedAnswerOptions,
  ProactiveOptions,
  ReplyOptions,
  SendOptions,
  TypingOptions,
} from './reply/reply-options.js'
export type { Context, ContextMap, EventName } from './context/context.js'
export { NamedEventContext, UnknownContext, type EventContext } from './context/event-context.js'
export { InteractionContext } from './context/interaction-context.js'
export { SceneMessageContext, type MessageContext } from './context/message-context.js'
export type { OutgoingMessage } from './reply/platform-client.js'
export type { Recallable, RecallOptions } from './reply/recall.js'
export type { OtherEventName, PayloadOf } from './events/event-names.js'
export type { ParkedReply, ParkedResult, ReplyResult } from './reply/parked-reply.js'
export { parkDefaults, type ParkLimits, type ParkStore } from './reply/park-store.js'
export { memoryParkStore } from './reply/memory-park-store.js'
export { fileParkStore } from './reply/file-park-store.js'
export type { FileParkStoreOptions } from './reply/park-store.js'
export { IncompleteError } from './reply/sent.js'
export type { Sent, SentPiece, WholeMessage } from './reply/sent.js'
export type { ReplyBudget } from './reply/reply-window.js'
export { replyWindows, type ReplyWindow, type ReplyWindows } from './reply/reply-window.js'

export type { Emoji } from './events/emoji.js'
export type { Interaction, InteractionKind } from './events/interaction.js'
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
} from './events/message.js'

export { allow, deny, type AccessList } from './middleware/access.js'
export { conversationTimeout, type ConversationTimeoutOptions } from './middleware/conversation-timeout.js'
export { envelope, type EnvelopeOptions } from './middleware/envelope.js'
export { errorReply, type Apology } from './middleware/error-reply.js'
export {
  history,
  type ChatHistory,
  type HistoryEntry,
  type HistoryOptions,
  type HistoryRecord,
} from './middleware/history.js'
export { logger, type LoggerOptions } from './middleware/event-logger.js'
export { mentionOnly, type MentionOnlyOptions } from './middleware/mention-only.js'
export { session, type ConversationState, type StateOptions } from './middleware/session.js'
export { memoryStateStore, type MemoryStateOptions, type StateStore } from './middleware/state-store.js'
export { throttle, type ThrottleBy, type ThrottleOptions, type ThrottleRow } from './middleware/throttle.js'
export { typing, type TypingNoticeOptions } from './middleware/typing.js'
