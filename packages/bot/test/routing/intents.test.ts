import { intentFacts, type IntentName, intentNames, isGrantedByDefault } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import { eventKind } from '../../src/events/event-names.js'
import { deriveIntents, type Interest, unheardWith } from '../../src/routing/intents.js'

const on = (event: Interest['event'], scenes: Interest['scenes'] = null): Interest => ({ event, scenes })

describe('deriveIntents', () => {
  it.each<readonly [string, readonly Interest[], readonly IntentName[]]>([
    [
      'messages of every scene, and the verdicts of guild reviews',
      [on('message')],
      ['DIRECT_MESSAGE', 'GROUP_AND_C2C_EVENT', 'MESSAGE_AUDIT', 'PUBLIC_GUILD_MESSAGES'],
    ],
    ['messages of one scene', [on('message', ['c2c'])], ['GROUP_AND_C2C_EVENT']],
    ['clicks', [on('interaction')], ['INTERACTION']],
    ['an event by its name', [on('GUILD_MEMBER_ADD')], ['GUILD_MEMBERS']],
    ['events of two handlers', [on('FRIEND_ADD'), on('GROUP_ADD_ROBOT')], ['GROUP_AND_C2C_EVENT']],
    ['an event that needs none', [on('READY')], []],
  ])('BT-10 asks for %s', (_what, interests, names) => {
    const derived = deriveIntents(interests, [])
    expect(derived.names).toEqual(names)
    expect(intentNames(derived.mask)).toEqual(names)
  })

  it('BT-10 intents without a named permission are not requested, not even for raw', () => {
    const { names } = deriveIntents([on('raw'), on('message'), on('AUDIO_START'), on('GROUP_MEMBER_ADD')], [])
    expect(names.filter((name) => !isGrantedByDefault(name))).toEqual([])
  })

  it('BT-10 named intents are requested as far as a handler needs them', () => {
    const permissions: IntentName[] = ['GUILD_MESSAGES', 'AUDIO_ACTION']
    expect(deriveIntents([on('message', ['channel'])], permissions).names).toEqual([
      'GUILD_MESSAGES',
      'MESSAGE_AUDIT',
      'PUBLIC_GUILD_MESSAGES',
    ])
    expect(deriveIntents([on('raw')], permissions).names).toContain('AUDIO_ACTION')
  })

  it('BT-10 names the handlers that will hear nothing', () => {
    expect(deriveIntents([on('GROUP_MEMBER_ADD'), on('message')], []).missing).toEqual([
      { event: 'GROUP_MEMBER_ADD', intent: 'GROUP_MEMBER_EVENT' },
    ])
    expect(deriveIntents([on('GROUP_MEMBER_ADD')], ['GROUP_MEMBER_EVENT']).missing).toEqual([])
  })
})

describe('MT-04 unheardWith', () => {
  /** Every family of events, with a handler that needs it. */
  const families = [
    ...(Object.keys(intentFacts) as IntentName[]).flatMap((intent) =>
      intentFacts[intent].events.slice(0, 1).flatMap((event) => {
        const kind = eventKind(event)
        return kind === 'other' ? [[intent, on(event as Interest['event'])] as const] : []
      }),
    ),
    ['INTERACTION', on('interaction')],
    ['GROUP_AND_C2C_EVENT', on('message', ['c2c'])],
    ['GROUP_AND_C2C_EVENT', on('message', ['group'])],
    ['PUBLIC_GUILD_MESSAGES', on('message', ['channel'])],
    ['DIRECT_MESSAGE', on('message', ['dm'])],
  ] as const

  it('has every family of events that handlers can be registered for', () => {
    const covered = new Set(families.map(([intent]) => intent))
    expect(Object.keys(intentFacts).filter((name) => !covered.has(name as IntentName))).toEqual([
      'GUILD_MESSAGES',
    ])
  })

  it.each(families)('%s: a handler without it is unheard, with it is not', (intent, interest) => {
    const others = (Object.keys(intentFacts) as IntentName[]).filter(
      (name) => name !== intent && name !== 'GUILD_MESSAGES',
    )
    expect(unheardWith(others, [interest, interest])).toEqual([{ event: interest.event, intent }])
    expect(unheardWith([intent], [interest])).toEqual([])
  })

  it('either kind of guild message is heard in channels', () => {
    expect(unheardWith(['GUILD_MESSAGES'], [on('message', ['channel'])])).toEqual([])
  })

  it('a handler of several scenes needs each, a handler of all messages any', () => {
    const both = on('message', ['c2c', 'dm'])
    expect(unheardWith(['GROUP_AND_C2C_EVENT'], [both])).toEqual([
      { event: 'message', intent: 'DIRECT_MESSAGE' },
    ])
    expect(unheardWith(['GROUP_AND_C2C_EVENT'], [on('message'), on('raw'), on('READY')])).toEqual([])
    expect(unheardWith(['GUILDS'], [on('message')])).toEqual([
      { event: 'message', intent: 'GROUP_AND_C2C_EVENT' },
    ])
  })
})
