import { pieceText, pipeText, type TextOf, type TextSource } from '@qqkit/rest/text'

import type { Context } from '../context/context.js'
import type { Target } from '../events/message.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { AnswerOptions } from '../reply/reply-options.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions } from './check.js'
import { cleanModelText, domains, ModelText, type ModelTextOptions } from './model-text.js'

/** Options of {@link sanitizer}. */
export interface SanitizerOptions {
  /**
   * Domains that are registered for the bot: outside of private chats, where other addresses are refused
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}), those of other domains lose
   * their form of an address. Default: all addresses stay.
   */
  readonly domains?: readonly string[]
}

/** Whether each piece is the next part, or the whole text so far. */
type Mode = NonNullable<AnswerOptions['mode']>

/** Cleans pieces of a growing text: gives what to write, or an empty text. */
const cleanerOf = (
  mode: Mode,
  options: ModelTextOptions,
): { readonly write: (text: string) => string; readonly end: () => string } => {
  if (mode === 'append') return new ModelText(options)
  let cleaner = new ModelText(options)
  let read = ''
  let shown = ''
  return {
    write: (text) => {
      // A text that does not continue the last one replaces it.
      if (!text.startsWith(read)) {
        cleaner = new ModelText(options)
        read = ''
        shown = ''
      }
      const more = cleaner.write(text.slice(read.length))
      read = text
      shown += more
      return more === '' ? '' : shown
    },
    end: () => {
      const more = cleaner.end()
      return more === '' ? '' : shown + more
    },
  }
}

/** A source that writes what people shall see of another one. */
const cleanedSource = <T>(
  source: TextSource<T>,
  textOf: TextOf<T>,
  mode: Mode,
  options: ModelTextOptions,
): ((write: (text: string) => void, stopped: AbortSignal) => Promise<void>) => {
  const cleaner = cleanerOf(mode, options)
  return async (write, stopped) => {
    const pass = (text: string): void => {
      if (text !== '') write(text)
    }
    const sink = {
      stopped,
      write: (text: string) => pass(cleaner.write(text)),
      end: async () => pass(cleaner.end()),
    }
    await pipeText(source, sink, textOf)
  }
}

const cleanedMessage = (message: OutgoingMessage, options: ModelTextOptions): OutgoingMessage => {
  if (typeof message === 'string') return cleanModelText(message, options)
  if (typeof message !== 'object' || message === null) return message
  const { content, markdown } = message
  return {
    ...message,
    ...(typeof content === 'string' && { content: cleanModelText(content, options) }),
    ...(typeof markdown?.content === 'string' && {
      markdown: { ...markdown, content: cleanModelText(markdown.content, options) },
    }),
  }
}

/**
 * Cleans what later handlers reply and stream, for bots that pass on the text of a language model: reasoning (`<think>`), tool
 * calls and special tokens go, outside of code, and so do the mentions that a streamed text makes up. What was shown of a growing
 * message is never taken back.
 *
 * @example
 * bot.use(sanitizer({ domains: ['example.com'] }))
 * bot.on('message', async (ctx) => ctx.stream(await ask(ctx.text), { markdown: true }))
 * @throws OptionsError
 */
export const sanitizer = (options: SanitizerOptions = {}): Middleware<Context> => {
  checkMiddlewareOptions('sanitizer', { domains }, options)
  return (ctx, next) => {
    const reply = ctx.reply.bind(ctx)
    const send = ctx.send.bind(ctx)
    const stream: (source: TextSource, options: AnswerOptions) => ReturnType<Context['stream']> =
      ctx.stream.bind(ctx)
    const rulesIn = (place: Target | null): ModelTextOptions => (place?.scene === 'c2c' ? {} : options)
    // What a handler writes may mention people. Without its markup the platform reads no mention in a text.
    const cleaned = (message: OutgoingMessage, place: Target | null): OutgoingMessage =>
      cleanedMessage(message, { ...rulesIn(place), mentions: true })
    const overrides: Pick<Context, 'reply' | 'send' | 'stream'> = {
      reply: (message, more) => reply(cleaned(message, more?.to ?? ctx.target), more),
      send: (message, more) => send(cleaned(message, ctx.target), more),
      stream: <T>(source: TextSource<T>, more?: AnswerOptions & { readonly text?: TextOf<T> }) => {
        const { tool, text = pieceText({ tool }), ...others } = more ?? {}
        const rules = rulesIn(others.to ?? ctx.target)
        return stream(cleanedSource(source, text, others.mode ?? 'append', rules), others)
      },
    }
    Object.assign(ctx, overrides)
    return next()
  }
}
