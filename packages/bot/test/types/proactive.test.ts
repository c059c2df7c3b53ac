/** What the types of broadcasts, places and wake-up messages accept. */
import { describe, expectTypeOf, it } from 'vitest'

import type { Bot, Target } from '../../src/index.js'
import {
  broadcast,
  type BroadcastReport,
  type Place,
  type PlaceList,
  type Places,
  type RecordStore,
  wakeup,
} from '../../src/proactive/index.js'

declare const bot: Bot
declare const places: Places

/** Never run: its calls are for the compiler. */
export const calls = (): readonly unknown[] => [
  broadcast(bot, places, 'hi'),
  broadcast(bot, places.of('group'), { content: 'hi' }),
  broadcast(bot, [{ scene: 'group', id: 'G' }], ({ id }) => `for ${id}`),
  // @ts-expect-error An id alone does not say in which scene it is.
  broadcast(bot, ['G'], 'hi'),
  // @ts-expect-error A broadcast that goes on later needs a store and an id.
  broadcast(bot, places, 'hi', { resume: { id: 'news' } }),
  // @ts-expect-error Places of no scene are no places.
  places.of(),
  // @ts-expect-error Wake-up messages exist in private chats only (§6.4).
  wakeup(bot, { scene: 'group', id: 'G' }, 'hi', { places }),
]

describe('the types of proactive messages', () => {
  it('TF-04 name their parts', () => {
    expectTypeOf(broadcast).returns.resolves.toEqualTypeOf<BroadcastReport>()
    expectTypeOf<Places>().toExtend<PlaceList>()
    expectTypeOf<Place['target']>().toEqualTypeOf<Target>()
    expectTypeOf<RecordStore<Place>['load']>().parameters.toEqualTypeOf<[key: string]>()
    expectTypeOf<BroadcastReport['targets'][number]['outcome']>().toEqualTypeOf<
      'sent' | 'audit' | 'left' | 'refused' | 'unknown' | 'later' | 'failed' | 'open'
    >()
  })
})
