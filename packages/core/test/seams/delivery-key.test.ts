import { expect, it } from 'vitest'

import { deliveryKey, type WireFrame } from '../../src/index.js'

const keyOf = (frame: Partial<WireFrame>): string => deliveryKey({ op: 0, ...frame }, () => 'session:7')

it('gives both events of one message the same key', () => {
  const d = { id: 'ROBOT1.0_x' }
  expect(keyOf({ t: 'GROUP_AT_MESSAGE_CREATE', id: 'a', d })).toBe('group:ROBOT1.0_x')
  expect(keyOf({ t: 'GROUP_MESSAGE_CREATE', id: 'b', d })).toBe('group:ROBOT1.0_x')
  expect(keyOf({ t: 'AT_MESSAGE_CREATE', d })).toBe(keyOf({ t: 'MESSAGE_CREATE', d }))
})

it('keeps equal ids of different scenes apart', () => {
  const d = { id: 'same' }
  const events = ['C2C_MESSAGE_CREATE', 'GROUP_MESSAGE_CREATE', 'MESSAGE_CREATE', 'DIRECT_MESSAGE_CREATE']
  expect(new Set(events.map((t) => keyOf({ t, d }))).size).toBe(4)
})

it('falls back to the frame id, then to what the transport gives', () => {
  expect(keyOf({ t: 'FRIEND_ADD', id: 'FRIEND_ADD:1', d: { id: 'not a message' } })).toBe(
    'event:FRIEND_ADD:1',
  )
  for (const d of [{}, { id: '' }, { id: 7 }, null, 'text', undefined]) {
    expect(keyOf({ t: 'C2C_MESSAGE_CREATE', d })).toBe('session:7')
  }
  expect(keyOf({ id: '' })).toBe('session:7')
})
