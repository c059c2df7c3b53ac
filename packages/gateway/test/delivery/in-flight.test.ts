import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { InFlight } from '../../src/delivery/in-flight.js'
import { SessionProgress } from '../../src/delivery/session-progress.js'
import type { TrackedEvent, Unfinished } from '../../src/delivery/tracked-event.js'

const HIGHEST = 40

const eventOf = (seq: number): TrackedEvent =>
  ({
    seq,
    event: null,
    copies: null,
    crashes: seq % 3,
    cameAt: 100 - seq,
    stage: 'handed_out',
    writeAhead: 'needless',
    lower: null,
    higher: null,
  }) as unknown as TrackedEvent

it('GW-16 property: lists the unfinished seqs that a map would, in whatever order they come and end', () => {
  const seq = fc.integer({ min: 1, max: HIGHEST })
  const step = fc.record({ kind: fc.constantFrom('come', 'come', 'copy', 'end', 'disown', 'forget'), seq })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const progress = new SessionProgress()
      progress.advance(HIGHEST)
      const list = new InFlight()
      /** The slow twin. */
      const map = new Map<number, Unfinished>()
      const gone: Unfinished[] = []
      const disowned: Unfinished[] = []
      const add = (entry: Unfinished): void => {
        list.add(entry)
        map.set(entry.seq as number, entry)
      }
      const eventIn = (entry: Unfinished): TrackedEvent => entry.event ?? (entry as TrackedEvent)
      for (const how of steps) {
        const entry = map.get(how.seq)
        const [first] = map.values()
        if (how.kind === 'come' && !entry) add(eventOf(how.seq))
        if (how.kind === 'copy' && !entry && first) {
          const event = eventIn(first)
          const copy = { sessionId: 's', seq: how.seq, event, lower: null, higher: null }
          ;(event.copies ??= []).push(copy)
          add(copy)
        }
        if (how.kind === 'end' && entry) {
          list.delete(entry)
          map.delete(how.seq)
          gone.push(entry)
        }
        if (how.kind === 'disown') {
          list.disown(how.seq)
          map.delete(how.seq)
          if (entry) disowned.push(entry)
        }
        if (how.kind === 'forget' && how.seq === 1) {
          list.clear()
          gone.push(...map.values())
          map.clear()
        }
        // An event of an earlier session may end at any time.
        for (const old of gone) list.delete(old)
        const sorted = [...map].sort(([one], [other]) => one - other)
        expect(list.toArray(false)).toEqual(sorted.map(([one, of]) => [one, eventIn(of).crashes + 1]))
        expect(list.toArray(true)).toEqual(sorted.map(([one, of]) => [one, eventIn(of).crashes]))
        expect(list.committed(progress)).toBe((sorted[0]?.[0] ?? HIGHEST + 1) - 1)
        expect(list.missingSince(500)).toBe(Math.min(500, ...sorted.map(([, of]) => eventIn(of).cameAt)))
        const all = Array.from({ length: HIGHEST + 2 }, (_, one) => one)
        expect(all.filter((one) => list.has(one))).toEqual(sorted.map(([one]) => one))
        const owns = ({ event, seq: of }: Unfinished, entry: Unfinished): boolean =>
          event === null ? of !== null : event.copies?.includes(entry) === true
        expect(disowned.filter((one) => owns(one, one))).toEqual([])
      }
    }),
    { numRuns: 100 },
  )
})
