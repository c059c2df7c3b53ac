import type { Scene } from '@qqkit/protocol'

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
export const carrierOf = (markup: string, scene: Scene): Carrier => factOf(markup)?.carriers[scene] ?? 'words'

/** A piece of markup as texts have it. */
export const inText = (markup: string): string => {
  const fact = factOf(markup)
  return fact?.inText === undefined ? markup : markup.replace(fact.like, fact.inText)
}
