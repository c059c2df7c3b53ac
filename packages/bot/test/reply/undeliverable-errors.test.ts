import { RestError, type SendResult } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

import { image, memoryParkStore } from '../../src/index.js'
import { isUndeliverable, ParkingLot } from '../../src/reply/parking-lot.js'
import { c2c, c2cPayload, delivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const failure = (init: Partial<ConstructorParameters<typeof RestError>[0]> = {}): RestError =>
  new RestError({
    code: 'proactive_refused',
    message: 'no',
    situation: 'refused',
    delivered: 'no',
    retry: 'never',
    ...init,
  })
const expired = failure({ code: 'anchor_refused', errCode: 40034005 })

describe('isUndeliverable', () => {
  it.each([
    ['a late reply that is not welcome as a proactive message', true, failure({ cause: expired })],
    ['one whose quota is used up', true, failure({ code: 'quota_used_up', cause: expired })],
    ['one that comes too often', true, failure({ code: 'rate_limited', cause: expired })],
    ['a late reply of a bot that sends no proactive messages', true, expired],
    ['one that may have arrived', false, failure({ delivered: 'unknown', cause: expired })],
    ['one that the network lost', false, failure({ code: 'not_connected', cause: expired })],
    ['one whose content is refused', false, failure({ code: 'content_refused', cause: expired })],
    ['a reply to a wrong id', false, failure({ code: 'anchor_refused', errCode: 40034024 })],
    ['a proactive message that is not welcome', false, failure()],
    ['any other error', false, new Error('boom')],
  ])('says of %s: %s', (_what, undeliverable, error) => {
    expect(isUndeliverable(error)).toBe(undeliverable)
  })
})

it('RS-05 does not park a reply to an event that an earlier process may have answered', async () => {
  const stage = new Stage()
  const { clock } = stage
  const log = (): void => {}
  const parking = new ParkingLot({
    appId: '1',
    store: memoryParkStore(),
    maxAge: 1,
    clock,
    random: Math.random,
    log,
  })
  stage.parking = parking
  const caught: unknown[] = []
  stage.onSend = async (): Promise<SendResult> => {
    throw expired
  }
  stage.handlers.catch((error) => caught.push(error))
  const kinds: string[] = []
  stage.handlers.on('message', null, async (ctx) => kinds.push((await ctx.reply('hi')).kind))
  stage.intake.deliver(delivery('C2C_MESSAGE_CREATE', c2cPayload('again'), { replayed: true }))
  await stage.intake.idle()
  stage.intake.deliver(delivery('C2C_MESSAGE_CREATE', c2cPayload('first')))
  await stage.intake.idle()
  expect([caught, kinds]).toEqual([[expired], ['parked']])
})

it('BT-11 a message with a piece that cannot be stored is not parked', async () => {
  const stage = new Stage()
  const { clock } = stage
  const store = memoryParkStore()
  stage.parking = new ParkingLot({ appId: '1', store, maxAge: 1, clock, random: Math.random, log: () => {} })
  const caught: unknown[] = []
  stage.onSend = async (): Promise<SendResult> => {
    throw expired
  }
  stage.handlers.catch((error) => caught.push(error))
  stage.handlers.on('message', null, async (ctx) =>
    ctx.reply({ content: 'word '.repeat(30), ...image(Buffer.from('x')) }),
  )
  stage.intake.deliver(c2c('hi'))
  await stage.intake.idle()
  expect([caught, await store.take('c2c:A1')]).toEqual([[expired], null])
})
