// The bot.
export { Bot } from './bot.js'
export type { BotOptions } from './runtime/options.js'
export type { BotStatus } from './runtime/status.js'
export { stderrSink, type LogThreshold, type StderrOptions } from './runtime/log.js'

// Handlers: what they are, and which events they get.
export type { Middleware, Next } from './routing/layers.js'
export type { ErrorHandler } from './routing/handlers.js'
export type { Filter } from './routing/layers.js'
export type { HandlerRegistry } from './routing/registry.js'
export type { Feature } from './routing/registration.js'
export { scene } from './routing/scene.js'
export type { CommandOptions } from './events/command.js'
export type { ArgumentsSchema, UsageProblem } from './events/arguments.js'
export type { HelpInfo, PeopleText, PeopleTexts, UsageInfo } from './reply/people-texts.js'

// Contexts: what a handler is given.
export type { Context, EventName } from './context/context.js'
export type { MessageContext } from './context/message-context.js'
export type { InteractionContext } from './context/interaction-context.js'
export type { EventContext, UnknownContext } from './context/event-context.js'

// Events as the bot reads them.
export type { Attachment, Author, Mention, Message, Quote, Scene } from './events/message.js'
export type { Interaction } from './events/interaction.js'

// Messages to send: parts of a message, and markup for its text.
export type { OutgoingMessage } from './reply/platform-client.js'
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
  type Target,
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
  type TextSource,
} from '@qqkit/rest/text'

// Replies: how they are sent, and what the result is.
export type { AnswerOptions, ProactiveOptions, ReplyOptions } from './reply/reply-options.js'
export type { ParkedReply, ReplyResult } from './reply/parked-reply.js'
export type { Sent } from './reply/sent.js'

// Stores: what outlives a restart.
export { fileSessionStore } from '@qqkit/gateway'
export { fileParkStore } from './reply/file-park-store.js'
export { memoryParkStore } from './reply/memory-park-store.js'
export type { ParkStore } from './reply/park-store.js'

// Webhook: the bot behind a web server of Node.
export { nodeHandler } from '@qqkit/webhook'

// Errors.
export { BotError } from './common/errors.js'
export { IncompleteError } from './reply/sent.js'
export { StreamError, type StreamResult } from '@qqkit/rest'
