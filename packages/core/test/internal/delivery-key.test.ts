import { expect, it } from 'vitest'

import type { WireFrame } from '../../src/index.js'
import { deliveryKey } from '../../src/internal/index.js'

const keyOf = (frame: Partial<WireFrame>): string => deliveryKey({ op: 0, ...frame }, () => 'session:7')

it('BT-12 identifies the event by its own id, never the message: twins and reused message ids stay apart', () => {
  const d = { id: 'ROBOT1.0_x' }
  const keys = [
    keyOf({ t: 'GROUP_AT_MESSAGE_CREATE', id: 'a', d }),
    keyOf({ t: 'GROUP_MESSAGE_CREATE', id: 'b', d }),
    keyOf({ t: 'GROUP_MESSAGE_CREATE', id: 'c', d }),
  ]
  expect(keys).toEqual(['event:a', 'event:b', 'event:c'])
  expect(keyOf({ t: 'GROUP_MESSAGE_CREATE', id: 'b', d: null })).toBe('event:b')
})

it('falls back to the key of the transport', () => {
  for (const id of [undefined, null, '', 7 as unknown as string])
    expect(keyOf({ t: 'C2C_MESSAGE_CREATE', ...(id !== undefined && { id }), d: { id: 'm' } })).toBe(
      'session:7',
    )
})
