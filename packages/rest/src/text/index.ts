// Text helpers: markup, escaping, splitting. All functions are pure.

// Markup for text`…` and markdown`…`.
export { code, codeBlock } from './code.js'
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
} from './inline.js'
export { raw, RichText } from './rich-text.js'

// Escaping of user input.
export { escapeContent, escapeMarkdown, unescapeContent } from './escape.js'
export { isBlank } from './characters.js'

// Plain text, and splitting of long texts.
export { plainText, type NameOf, type PlainTextOptions } from './plain-text.js'
export { splitMarkdown } from './split-markdown.js'
export { splitText } from './split-text.js'

// Streaming text.
export {
  pieceText,
  type PieceTextOptions,
  pipeText,
  type TextOf,
  type TextSink,
  type TextSource,
} from './pipe-text.js'
export type { ModelPiece } from './model-piece.js'
