// Text: what people see, whatever stands in it. Everything here is pure.

// Markup, to be put into text`…` and markdown`…`.
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

// What people wrote, shown as it is.
export { escapeContent, escapeMarkdown, unescapeContent } from './escape.js'
export { isBlank } from './characters.js'

// Markdown as text, and texts that are too long.
export { plainText, type NameOf, type PlainTextOptions } from './plain-text.js'
export { splitMarkdown } from './split-markdown.js'
export { splitText } from './split-text.js'

// Text that comes piece by piece.
export { pipeText, type TextOf, type TextSink, type TextSource } from './pipe-text.js'
