import type { Scene } from '@qqkit/protocol'

import { escapeBehind, escapeContent, unescapeContent } from '../text/escape.js'
import { guildFormOf, piecesIn, type TextPiece } from '../text/made-markup.js'
import { type NameOf, plainText } from '../text/plain-text.js'
import type { WireMessage } from './wire-message.js'

/**
 * What a piece of markup needs to be shown as what it is: a text will do, in the form that texts have; only markdown renders
 * it; nothing does, and it is put into words.
 */
export type Carrier = 'text' | 'markdown' | 'words'

interface MarkupFact {
  readonly like: RegExp
  readonly carriers: Readonly<Record<Scene, Carrier>>
  /** Its form in a text, where a text will do. */
  readonly inText?: string
}

const EVERYWHERE: MarkupFact['carriers'] = {
  c2c: 'markdown',
  group: 'markdown',
  channel: 'markdown',
  dm: 'markdown',
}

/** The first row that fits is the one (§5.12). Guild texts carry the older mention, which no other text does. */
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

/** What carries a piece of markup in a scene. */
const carrierOf = (markup: string, scene: Scene): Carrier => factOf(markup)?.carriers[scene] ?? 'words'

/** A piece of markup as texts have it. */
const inText = (markup: string): string => {
  const fact = factOf(markup)
  return fact?.inText === undefined ? markup : markup.replace(fact.like, fact.inText)
}

/** Where a text goes, and what it is. */
export interface RenderMarkupOptions {
  readonly scene: Scene
  /** What people wrote or see, with nothing escaped for the scene yet. Default: as it goes over the wire. */
  readonly unescaped?: boolean
  readonly nameOf?: NameOf | undefined
}

type Markup = Extract<TextPiece, { readonly kind: 'markup' }>

/** Fields that a text stands beside and markdown does not (§5.2, §5.10). */
const BESIDE_TEXT = ['markdown', 'media', 'file', 'image', 'ark', 'embed', 'input_notify', 'stream'] as const

const isGuild = (scene: Scene): boolean => scene === 'channel' || scene === 'dm'

const inWords = ({ text, name }: Markup, nameOf: NameOf | undefined): string =>
  plainText(text, { nameOf: (id) => name ?? nameOf?.(id) })

/** Tags of guild texts that stand in markdown as they are (§5.12). */
const GUILD_TAG = /(<(?:@!?|#|emoji:)[^\s<>]+>)/

/** A text as it is shown, behind what stands in the markdown already. */
const shownBehind = (
  before: string,
  text: string,
  { scene, unescaped = false }: RenderMarkupOptions,
): string => {
  if (!isGuild(scene) || unescaped) return escapeBehind(before, text)
  // On the wire of guilds tags are live and everything else is escaped.
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

/** A text that stays one: the markup in it that this program has made, in its form for texts or in words. */
export const markupAsText = (text: string, place: RenderMarkupOptions): string =>
  asText(piecesIn(text), place)

/**
 * A message whose text holds markup that this program has made, as what shows it: markdown where only that does, else a text in
 * which it has its form for texts, or is put into words. Every other message as it is. What people typed stays text.
 */
export const renderMarkup = (message: WireMessage, place: RenderMarkupOptions): WireMessage => {
  const { content: written, msg_type: _type, ...rest } = message
  if (typeof written !== 'string') return message
  const content = isGuild(place.scene) && !place.unescaped ? guildFormOf(written) : written
  const pieces = piecesIn(content)
  const markups = pieces.filter((piece) => piece.kind === 'markup')
  if (markups.length === 0) return content === written ? message : { ...message, content }
  const needed = markups.some(({ text }) => carrierOf(text, place.scene) === 'markdown')
  const alone = BESIDE_TEXT.every((field) => message[field] === undefined)
  return needed && alone
    ? { ...rest, markdown: { content: asMarkdown(pieces, place) } }
    : { ...message, content: asText(pieces, place) }
}
