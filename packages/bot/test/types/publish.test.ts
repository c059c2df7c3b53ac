/** What the types of `publish` accept. */
import { describe, expectTypeOf, it } from 'vitest'

import type { Bot } from '../../src/index.js'
import { publish, type PublishError, type PublishReport } from '../../src/publish/index.js'

declare const bot: Bot

/** Never run: its calls are for the compiler. */
export const calls = (): readonly unknown[] => [
  publish(bot),
  publish(bot, { menu: false, scopes: ['c2c'] }),
  publish(bot, { menu: ['ping', { name: 'Deep', type: 'switch', switch: { switch_id: 'deep' } }] }),
  // @ts-expect-error There is no way to publish every menu: false leaves it alone.
  publish(bot, { menu: true }),
  // @ts-expect-error A panel belongs to one of four scenes.
  publish(bot, { scopes: ['guild'] }),
]

describe('the types of publishing', () => {
  it('PB-08 name their parts', () => {
    expectTypeOf(publish).returns.resolves.toEqualTypeOf<PublishReport>()
    expectTypeOf<PublishError['obstacles']>().toEqualTypeOf<PublishReport['obstacles']>()
    expectTypeOf<PublishReport['changes'][number]['action']>().toEqualTypeOf<
      'keep' | 'create' | 'update' | 'delete'
    >()
  })
})
