import { describe, expect, expectTypeOf, it } from 'vitest'

import { combineIntents, Opcode } from '../../src/index.js'
import type {
  CallbackValidationPayload,
  ClientFrame,
  Frame,
  GatewayEvent,
  IdentifyFrame,
  ServerFrame,
  WebhookFrame,
} from '../../src/index.js'

const read = (frame: ServerFrame): unknown => {
  if (frame.op === Opcode.Dispatch) {
    expectTypeOf(frame).toEqualTypeOf<GatewayEvent>()
    return frame.t
  }
  if (frame.op === Opcode.Hello) {
    expectTypeOf(frame.d.heartbeat_interval).toBeNumber()
    return frame.d.heartbeat_interval
  }
  if (frame.op === Opcode.InvalidSession) {
    expectTypeOf(frame.d).toEqualTypeOf<boolean | null | undefined>()
    return frame.d
  }
  expectTypeOf(frame.op).toEqualTypeOf<1 | 7 | 11>()
  return frame.d
}

describe('frames', () => {
  it('GW-01 narrow by opcode', () => {
    expect(read({ op: 10, d: { heartbeat_interval: 41250 } })).toBe(41250)
    expect(read({ op: 9, d: false })).toBe(false)
    expect(read({ op: 0, t: 'RESUMED', d: '', s: 1340 })).toBe('RESUMED')
    expect(read({ op: 11 })).toBeUndefined()
  })

  it('GW-27 allow a bot to send the frames of §3.3', () => {
    const identify: IdentifyFrame = {
      op: Opcode.Identify,
      d: {
        token: 'QQBot AT_0001',
        intents: combineIntents(['GROUP_AND_C2C_EVENT', 'PUBLIC_GUILD_MESSAGES']),
        shard: [0, 1],
        properties: { $os: 'linux' },
      },
    }
    expectTypeOf(identify).toExtend<ClientFrame>()
    expect(identify.d.intents).toBe(1107296256)
  })

  it('do not allow a server to send Identify', () => {
    expectTypeOf<IdentifyFrame>().not.toExtend<ServerFrame>()
  })

  it('of a webhook include an address check and no HELLO', () => {
    expectTypeOf<WebhookFrame['op']>().toEqualTypeOf<0 | 1 | 13>()
    expectTypeOf<Extract<Frame, { op: 13 }>['d']>().toEqualTypeOf<CallbackValidationPayload>()
  })
})
