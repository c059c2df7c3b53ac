/** What the types of quotes accept. */
import { describe, expectTypeOf, it } from 'vitest'

import { Composer } from '../../src/composer/index.js'
import type { Bot, Target } from '../../src/index.js'
import { memoryStateStore } from '../../src/middleware/index.js'
import { type QuotedMessage, type RememberedMessage, rememberQuotes } from '../../src/quotes/index.js'

/** Never run: its calls are for the compiler. */
export const calls = (bot: Bot, target: Target): void => {
  const quotes = rememberQuotes(bot, { store: memoryStateStore() })
  const feature = new Composer().extend((ctx) => ({ quoted: quotes.of(ctx) }))
  feature.on('message', (ctx) => expectTypeOf(ctx.quoted).toEqualTypeOf<QuotedMessage | null>())
  expectTypeOf(quotes.find(target, 'x')).resolves.toEqualTypeOf<RememberedMessage | null>()
  // @ts-expect-error -- an id means nothing without its place
  void quotes.find('x')
  // @ts-expect-error -- a store of something else
  rememberQuotes(bot, { store: memoryStateStore<number>() })
}

describe('the types of quotes', () => {
  it('BT-46 tell what may be unknown', () => {
    expectTypeOf<QuotedMessage['text']>().toEqualTypeOf<string | null>()
    expectTypeOf<QuotedMessage['mine']>().toEqualTypeOf<boolean | null>()
  })
})
