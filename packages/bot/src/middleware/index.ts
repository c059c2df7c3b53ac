// Middleware for what most bots need, for `bot.use()`. What you do not import is not in your bundle.

// Who gets through, and how often.
export { allow, deny, type AccessList, type AccessRule } from './access.js'
export { mentionOnly, type MentionOnlyOptions } from './mention-only.js'
export { throttle, type ThrottleBy, type ThrottleOptions, type ThrottleRow } from './throttle.js'

// What the bot remembers of a conversation.
export { session, type ConversationState, type StateOptions } from './session.js'
export { memoryStateStore, type MemoryStateOptions, type StateStore } from './state-store.js'
export {
  history,
  type ChatHistory,
  type HistoryEntry,
  type HistoryOptions,
  type HistoryRecord,
} from './history.js'
export { conversationTimeout, type ConversationTimeoutOptions } from './conversation-timeout.js'

// What people and operators see.
export { sanitizer, type SanitizerOptions } from './sanitizer.js'
export { cleanModelText, type ModelTextOptions } from './model-text.js'
export { typing, type TypingNoticeOptions } from './typing.js'
export { errorReply, type Apology } from './error-reply.js'
export { logger, type LoggerOptions } from './event-logger.js'

// A function for handlers, not a middleware: `envelope(ctx)` writes a message as text for a language model.
export { envelope, type EnvelopeOptions } from './envelope.js'
