import { describe, expect, it } from 'vitest'

import type { SocketAction } from '../../src/index.js'
import { onStage } from '../support/stage.js'
import type { Frame, WireSocket } from '../support/wire-client.js'

const frameOf = (bytes: string | Uint8Array): Frame => {
  try {
    return JSON.parse(typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)) as Frame
  } catch {
    return {}
  }
}

/** Ids of the events that reached the wire, as text or as bytes. */
const handledOn = (socket: WireSocket): readonly (string | undefined)[] =>
  [...socket.frames, ...socket.rubbish.map(frameOf)].map(({ id }) => id)

/** Whether the event that a fault strikes has arrived once the next event was sent. */
const FATES: readonly (readonly [SocketAction, boolean])[] = [
  [{ kind: 'ignore' }, false],
  [{ kind: 'delay', ms: 5_000 }, true],
  [{ kind: 'reorder' }, true],
  [{ kind: 'duplicate' }, true],
  [{ kind: 'garbage' }, false],
  [{ kind: 'truncate' }, false],
  [{ kind: 'frame', frame: { op: 0, s: 2, t: 'OTHER', d: {} } }, false],
  [{ kind: 'interval', value: 1_000 }, false],
  [{ kind: 'binary' }, true],
  // Whole, for clients that accept frames of this size.
  [{ kind: 'oversize', bytes: 100_000 }, true],
  [{ kind: 'drop' }, false],
  [{ kind: 'reset' }, false],
  [{ kind: 'drop', after: 1 }, true],
  [{ kind: 'half-open' }, false],
  [{ kind: 'close', code: 4009 }, false],
  [{ kind: 'close', code: 4009, after: 1 }, true],
  [{ kind: 'reconnect' }, false],
  [{ kind: 'invalid', d: false }, false],
]

describe('the oracle’s record of an event that a fault struck', () => {
  it.each(FATES)('SM-02 %j: handled is %s, and undelivered agrees', async (action, handled) =>
    onStage(async ({ sim, clock, socket }) => {
      sim.faults.add({ on: 'event', do: action })
      const { eventId } = sim.user('ann').say('struck')
      await clock.advance(10)
      sim.user('ann').say('the next')
      await clock.advance(10_000)
      expect(handledOn(socket).includes(eventId)).toBe(handled)
      expect(sim.oracle.undelivered().some(({ id }) => id === eventId)).toBe(!handled)
    }),
  )

  it('SM-02 a held frame is logged when it is sent, under its own number', async () =>
    onStage(async ({ sim, clock, socket }) => {
      const logged = (): readonly unknown[] =>
        sim.log.of('frame').flatMap(({ t, s, fault }) => (t === 'C2C_MESSAGE_CREATE' ? [[s, fault]] : []))
      const id = sim.faults.add({ on: 'event', do: { kind: 'reorder' } })
      sim.user('ann').say('first')
      expect(logged()).toEqual([])
      sim.user('ann').say('second')
      await socket.until(({ s }) => s === 2)
      expect(logged()).toEqual([
        [3, null],
        [2, id],
      ])
      const late = sim.faults.add({ on: 'event', do: { kind: 'delay', ms: 20 } })
      sim.user('ann').say('third')
      await clock.advance(20)
      expect(logged().at(-1)).toEqual([4, late])
    }))

  it('SM-02 repeated reordering swaps neighbours and loses no event', async () =>
    onStage(async ({ sim, clock, socket }) => {
      sim.faults.add({ on: 'event', do: { kind: 'reorder' }, times: 'forever' })
      for (const text of ['a', 'b', 'c', 'd']) sim.user('ann').say(text)
      await clock.settle()
      expect(socket.frames.filter(({ op }) => op === 0).map(({ s }) => s)).toEqual([1, 3, 2, 5, 4])
    }))
})
