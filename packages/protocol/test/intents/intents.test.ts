import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  combineIntents,
  hasIntent,
  Intent,
  intentFacts,
  intentNames,
  intentOfEvent,
  isGrantedByDefault,
  suspectIntents,
  unknownIntentBits,
} from '../../src/index.js'
import type { IntentName } from '../../src/index.js'

const names = Object.keys(Intent) as IntentName[]

// Bit by bit what §3.8 lists.
const bits: Readonly<Record<IntentName, number>> = {
  GUILDS: 0,
  GUILD_MEMBERS: 1,
  GUILD_MESSAGES: 9,
  GUILD_MESSAGE_REACTIONS: 10,
  DIRECT_MESSAGE: 12,
  OPEN_FORUM_EVENT: 18,
  AUDIO_OR_LIVE_CHANNEL_MEMBER: 19,
  ENTER_AIO: 23,
  GROUP_MEMBER_EVENT: 24,
  GROUP_AND_C2C_EVENT: 25,
  INTERACTION: 26,
  MESSAGE_AUDIT: 27,
  FORUMS_EVENT: 28,
  AUDIO_ACTION: 29,
  PUBLIC_GUILD_MESSAGES: 30,
}

describe('the intents table', () => {
  it('has each bit of §3.8 once, with a matching value', () => {
    expect(Object.fromEntries(names.map((name) => [name, intentFacts[name].bit]))).toEqual(bits)
    for (const name of names) expect(Intent[name]).toBe(2 ** bits[name])
    expect(Object.keys(intentFacts)).toEqual(names)
  })

  it('lists every event under exactly one intent', () => {
    const events = names.flatMap((name) => [...intentFacts[name].events])
    expect(new Set<string>(events).size).toBe(events.length)
    expect(events).toHaveLength(57)
    for (const name of names)
      for (const event of intentFacts[name].events) expect(intentOfEvent(event)).toBe(name)
  })

  it('GW-31 orders the intents that may cause a refused Identify by likelihood', () => {
    expect(suspectIntents(combineIntents(names))).toEqual([
      'GUILD_MESSAGES',
      'FORUMS_EVENT',
      'OPEN_FORUM_EVENT',
      'AUDIO_OR_LIVE_CHANNEL_MEMBER',
      'ENTER_AIO',
      'GROUP_MEMBER_EVENT',
      'AUDIO_ACTION',
      'GUILD_MESSAGE_REACTIONS',
      'INTERACTION',
      'MESSAGE_AUDIT',
    ])
    const beyondDoubt = names.filter((name) => !suspectIntents(Intent[name]).includes(name))
    expect(beyondDoubt.map((name) => bits[name])).toEqual([0, 1, 12, 25, 30])
    expect(suspectIntents(0b100)).toEqual([])
  })

  it('BT-10 knows which intents a bot has without an application', () => {
    expect(names.filter(isGrantedByDefault)).toEqual([
      'GUILDS',
      'GUILD_MEMBERS',
      'GUILD_MESSAGE_REACTIONS',
      'DIRECT_MESSAGE',
      'GROUP_AND_C2C_EVENT',
      'INTERACTION',
      'MESSAGE_AUDIT',
      'PUBLIC_GUILD_MESSAGES',
    ])
  })

  it('has no intent for session events and unknown events', () => {
    expect(intentOfEvent('READY')).toBeUndefined()
    expect(intentOfEvent('RESUMED')).toBeUndefined()
    expect(intentOfEvent('toString')).toBeUndefined()
  })
})

describe('masks', () => {
  it('combine to the number in the example of the docs', () => {
    expect(combineIntents(['GROUP_AND_C2C_EVENT', 'PUBLIC_GUILD_MESSAGES'])).toBe(1107296256)
    expect(combineIntents([])).toBe(0)
  })

  it('stay positive with bit 30', () => {
    expect(combineIntents(['PUBLIC_GUILD_MESSAGES'])).toBe(0x40000000)
    expect(combineIntents(names)).toBeGreaterThan(0)
  })

  it('list their names, lowest bit first, and combine to the same mask', () => {
    fc.assert(
      fc.property(fc.subarray(names), (some) => {
        const mask = combineIntents(some)
        expect(intentNames(mask)).toEqual(some)
        expect(unknownIntentBits(mask)).toBe(0)
        for (const name of names) expect(hasIntent(mask, name)).toBe(some.includes(name))
      }),
    )
  })

  it('show bits without an intent', () => {
    expect(unknownIntentBits(Intent.GUILDS | 4 | 256)).toBe(260)
    expect(intentNames(4)).toEqual([])
  })
})
