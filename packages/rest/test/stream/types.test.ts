import { expect, expectTypeOf, it } from 'vitest'

import type { MessageStream, Rest, StreamResult } from '../../src/index.js'
import { ANCHOR, GROUP } from '../support/rest-harness.js'

const C2C = { scene: 'c2c', id: 'ann' } as const
const pieces: AsyncIterable<{ readonly delta?: string }> = (async function* () {})()

it('BT-06 a stream needs a private chat and an anchor', () => {
  const use = (rest: Rest): void => {
    expectTypeOf(rest.openStream(C2C, { anchor: ANCHOR })).toEqualTypeOf<MessageStream>()
    // @ts-expect-error there is no streaming in a group
    rest.openStream({ scene: 'group', id: 'room' }, { anchor: ANCHOR })
    // @ts-expect-error nor in a channel
    rest.openStream({ scene: 'channel', id: '1' }, { anchor: ANCHOR })
    // @ts-expect-error nor in a channel DM
    rest.openStream({ scene: 'dm', id: '1' }, { anchor: ANCHOR })
    // @ts-expect-error nor where the scene is not known
    rest.openStream(GROUP, { anchor: ANCHOR })
    // @ts-expect-error nor on the bot's own initiative by mistake
    rest.openStream(C2C, {})
    rest.openStream(C2C, { anchor: null, maxLength: { bytes: 1700 }, maxAge: Infinity })
    // @ts-expect-error only one anchor
    rest.openStream(C2C, { anchor: { msgId: 'a', eventId: 'b' } })
  }
  expect(use).toBeTypeOf('function')
})

it('BT-06 a source yields strings, or the option text finds them', () => {
  const use = (rest: Rest): void => {
    expectTypeOf(rest.stream(C2C, ['a'], { anchor: ANCHOR })).resolves.toEqualTypeOf<StreamResult>()
    // @ts-expect-error no strings
    void rest.stream(C2C, pieces, { anchor: ANCHOR })
    void rest.stream(C2C, pieces, { anchor: ANCHOR, text: ({ delta }) => delta })
    // @ts-expect-error no text
    void rest.stream(C2C, pieces, { anchor: ANCHOR, text: () => 7 })
    expectTypeOf<StreamResult['kind']>().toEqualTypeOf<'streamed' | 'aborted' | 'empty' | 'duplicate'>()
  }
  expect(use).toBeTypeOf('function')
})
