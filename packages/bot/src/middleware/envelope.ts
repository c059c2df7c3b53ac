import { OptionsError } from '@qqkit/core'
import { cutText } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { MessageContext } from '../context/message-context.js'
import type { Attachment, Quote } from '../events/message.js'
import { checkMiddlewareOptions, count } from './check.js'

/** Options of {@link envelope}. */
export interface EnvelopeOptions {
  /** Characters of the text, and of the quoted text; more is cut off. Default 4000. */
  readonly maxLength?: number
  /** The quoted message, e.g. `quotes.of(ctx)` of `rememberQuotes`. Default: what the event tells of it. */
  readonly quote?: Pick<Quote, 'text' | 'attachments'> | null
}

// Control and format characters are invisible to people, not to models. Line ends, tabs and the joiners of emoji stay.
const INVISIBLE = /(?![\n\t\u200D])[\p{Cc}\p{Cf}]/gu

const A_MESSAGE = "give the context of a message first: if (ctx.event === 'message') envelope(ctx)"

const clean = (text: string, maxLength: number): string => cutText(text.replaceAll(INVISIBLE, ''), maxLength)

/** On one line and without brackets, so that a name cannot pretend to be the head of another message. */
const inHead = (text: string): string =>
  clean(text, 100)
    .replaceAll(/[\s[\]()]+/g, ' ')
    .trim()

const describe = ({ kind, name, transcript }: Attachment): string => {
  const what = name === null ? kind : `${kind} ${inHead(name)}`
  return transcript === null ? `[${what}]` : `[${what}: ${inHead(transcript)}]`
}

/**
 * A message as plain text for a language model: author, place and time on the first line, then the quote, the text and the
 * attachments. Names cannot forge a head line, and invisible characters are removed.
 *
 * @example
 * bot.on('message', async (ctx) => ctx.reply(await ask(envelope(ctx))))
 * @throws OptionsError
 */
export const envelope = (ctx: MessageContext, options: EnvelopeOptions = {}): string => {
  if (ctx?.event !== 'message')
    throw new OptionsError({ subject: 'envelope', path: '', received: 'something else', hint: A_MESSAGE })
  checkMiddlewareOptions(
    'envelope',
    {
      maxLength: v.optional(count('must be a number of characters from 1 up')),
      quote: v.nullish(v.looseObject({}, 'must be a quote, e.g. quotes.of(ctx), or null')),
    },
    options,
  )
  const { maxLength = 4000, quote = ctx.message.quote } = options
  const { author, scene, message, sentAt } = ctx
  const time = sentAt === null ? '' : ` ${new Date(sentAt).toISOString()}`
  const quoted = [
    ...(quote?.text ? [clean(quote.text, maxLength)] : []),
    ...(quote?.attachments ?? []).map(describe),
  ]
  return [
    `[${inHead(author.name) || 'user'} (${inHead(author.id)}) in ${scene}${time}]`,
    ...quoted.flatMap((text) => text.split('\n')).map((line) => `> ${line}`),
    ...(ctx.text === '' ? [] : [clean(ctx.text, maxLength)]),
    ...message.attachments.map(describe),
  ].join('\n')
}
