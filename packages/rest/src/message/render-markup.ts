import type { Scene } from '@qqkit/protocol'

import { escapeBehind, escapeContent, unescapeContent } from '../text/escape.js'
import { guildFormOf, piecesIn, type TextPiece } from '../text/made-markup.js'
import { type NameOf, plainText } from '../text/plain-text.js'
import type { WireMessage } from './wire-message.js'

/** What renders a piece of markup: a text, only markdown, or nothing, in which case it is put into words. */
export type Carrier = 'text' | 'markdown' | 'words'

interface MarkupFact {
  readonly like: RegExp
  readonly carriers: Readonly<Record<Scene, Carrier>>
  /** Its form in a text. */
  readonly inText?: string
}

const EVERYWHERE: MarkupFact['carriers'] = {
  c2c: 'markdown',
  group: 'markdown',
  channel: 'markdown',
  dm: 'markdown',
}

/** The first matching row applies (§5.12). Only guild texts render the older mention. */
const FACTS: readonly MarkupFact[] = Object.freeze([
  {
    like: /^<(?:qqbot-at-user id="|@!?)([^"<>\s]+)(?:" \/)?>$/,
    carriers: { ...EVERYWHERE, channel: 'text', dm: 'text' },
    inText: '<@$1>',
  },
  {
    like: /^<qqbot-at-everyone \/>$/,
    carriers: { c2c: 'words', group: 'words', channel: 'text', dm: 'words' },
    inText: '@everyone',
  },
  // Not in groups and channels.
  { like: /^<qqbot-cmd-enter /, carriers: { ...EVERYWHERE, group: 'words', channel: 'words', dm: 'words' } },
  { like: /^/, carriers: EVERYWHERE },
])

const factOf = (markup: string): MarkupFact | undefined => FACTS.find(({ like }) => like.test(markup))

/** What renders a piece of markup in a scene. */
const carrierOf = (markup: string, scene: Scene): Carrier => factOf(markup)?.carriers[scene] ?? 'words'

/** A piece of markup in its form for texts. */
const inText = (markup: string): string => {
  const fact = factOf(markup)
  return fact?.inText === undefined ? markup : markup.replace(fact.like, fact.inText)
}

/** Options of {@link renderMarkup}. */
export interface RenderMarkupOptions {
  readonly scene: Scene
  /** Whether the text is not escaped for the scene yet. Default `false`: as sent over the wire. */
  readonly unescaped?: boolean
  readonly nameOf?: NameOf | undefined
}

type Markup = Extract<TextPiece, { readonly kind: 'markup' }>

const isText = ({ kind }: TextPiece): boolean => kind === 'text'

/** Fields that can be combined with text but not with markdown (§5.2, §5.10). */
const BESIDE_TEXT = ['markdown', 'media', 'file', 'image', 'ark', 'embed', 'input_notify', 'stream'] as const

const isGuild = (scene: Scene): boolean => scene === 'channel' || scene === 'dm'

const inWords = ({ text, name }: Markup, nameOf: NameOf | undefined): string =>
  plainText(text, { nameOf: (id) => name ?? nameOf?.(id) })

/** Tags of guild texts that are valid in markdown unchanged (§5.12). */
const GUILD_TAG = /(<(?:@!?|#|emoji:)[^\s<>]+>)/

/** A text escaped for the place behind `before` in markdown. */
const shownBehind = (
  before: string,
  text: string,
  { scene, unescaped = false }: RenderMarkupOptions,
): string => {
  if (!isGuild(scene) || unescaped) return escapeBehind(before, text)
  // In guild content, tags are active and everything else is escaped.
  return text
    .split(GUILD_TAG)
    .reduce(
      (whole, part, index) =>
        index % 2 === 1 ? whole + part : whole + escapeBehind(before + whole, unescapeContent(part)),
      '',
    )
}

const asMarkdown = (pieces: readonly TextPiece[], place: RenderMarkupOptions): string =>
  pieces.reduce((before, piece) => {
    if (piece.kind === 'text') return before + shownBehind(before, piece.text, place)
    const carried = carrierOf(piece.text, place.scene) !== 'words'
    return before + (carried ? piece.text : escapeBehind(before, inWords(piece, place.nameOf)))
  }, '')

const asText = (
  pieces: readonly TextPiece[],
  { scene, unescaped = false, nameOf }: RenderMarkupOptions,
): string => {
  const guild = isGuild(scene)
  const put = (text: string): string => (guild ? escapeContent(text) : text)
  return pieces
    .map((piece) => {
      if (piece.kind === 'text') return unescaped ? put(piece.text) : piece.text
      return carrierOf(piece.text, scene) === 'text' ? inText(piece.text) : put(inWords(piece, nameOf))
    })
    .join('')
}

/** A text whose markup from this program is replaced by its form for texts, or by words. */
export const markupAsText = (text: string, place: RenderMarkupOptions): string =>
  asText(piecesIn(text), place)

/**
 * Turns a message whose text contains markup of this program into one that renders it: markdown if only that does,
 * otherwise text with the markup in its form for texts or in words. Other messages are returned unchanged, and typed
 * text stays text.
 *
 * @example
 * const message = renderMarkup(text`${mention(id)} said hello`, { scene: 'group' })
 */
export const renderMarkup = (message: WireMessage, place: RenderMarkupOptions): WireMessage => {
  const { content: written } = message
  if (typeof written !== 'string') return message
  const content = isGuild(place.scene) && !place.unescaped ? guildFormOf(written) : written
  const pieces = piecesIn(content)
  if (pieces.every(isText)) return content === written ? message : { ...message, content }
  const markups = pieces.filter((piece) => piece.kind === 'markup')
  const needed = markups.some(({ text }) => carrierOf(text, place.scene) === 'markdown')
  const alone = BESIDE_TEXT.every((field) => message[field] === undefined)
  if (!needed || !alone) return { ...message, content: asText(pieces, place) }
  const { content: _content, msg_type: _type, ...rest } = message
  return { ...rest, markdown: { content: asMarkdown(pieces, place) } }
}
