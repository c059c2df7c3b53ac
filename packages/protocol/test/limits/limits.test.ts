import { readFileSync } from 'node:fs'

import { describe, expect, expectTypeOf, it } from 'vitest'

import {
  intentFacts,
  interactionWindowMs,
  keyboardLimits,
  guildQuota,
  proactiveQuotas,
  quotaLimits,
  type RateLimit,
  rateLimits,
  replyableEvents,
  replyWindows,
  restHosts,
  tokenUrls,
  uploadHardBytes,
  uploadLimits,
  type WireEventName,
} from '../../src/index.js'

describe('rate limits', () => {
  it('match §2.6', () => {
    const perSecond = Object.entries(rateLimits as Readonly<Record<string, RateLimit>>).filter(
      ([name, limit]) => limit.windowMs === 1000 && !/^[A-Z]+ \//.test(name),
    )
    expect(Object.fromEntries(perSecond.map(([name, limit]) => [name, limit.requests]))).toEqual({
      'c2c.messages': 100,
      'group.messages': 100,
      'c2c.stream': 50,
      files: 50,
      'upload.prepare': 10,
      'upload.part': 10,
      'c2c.recall': 10,
      'group.recall': 10,
      interactions: 50,
      me: 50,
      'share.link': 50,
      'channel.messages': 5,
    })
    for (const name of [
      'GET /users/@me/guilds',
      'GET /guilds/{}',
      'GET /guilds/{}/channels',
      'POST /guilds/{}/channels',
    ] as const)
      expect(rateLimits[name]).toEqual({ requests: 50, windowMs: 1000, per: 'bot' })
    expect(rateLimits['menu.write']).toEqual({ requests: 5, windowMs: 60_000, per: 'bot' })
  })

  it('have rows of one shape', () => {
    expectTypeOf<(typeof rateLimits)[keyof typeof rateLimits]>().toExtend<RateLimit>()
    for (const limit of Object.values(rateLimits)) {
      expect(limit.requests).toBeGreaterThan(0)
      expect([1000, 60_000, 86_400_000]).toContain(limit.windowMs)
    }
  })
})

describe('windows and quotas', () => {
  it('BT-05 allow four replies in an hour for C2C, and five in five minutes for a group', () => {
    expect(replyWindows).toEqual({
      c2c: { windowMs: 3_600_000, replies: 4 },
      group: { windowMs: 300_000, replies: 5 },
      channel: { windowMs: 300_000, replies: null },
      dm: { windowMs: 300_000, replies: null },
    })
  })

  it('BT-03 list only known events as replyable', () => {
    expectTypeOf<(typeof replyableEvents)[keyof typeof replyableEvents][number]>().toExtend<WireEventName>()
    const events = new Set<string>(Object.values(intentFacts).flatMap((fact) => [...fact.events]))
    for (const event of Object.values(replyableEvents).flat()) expect(events).toContain(event)
  })

  it('BT-03 list the replyable events of the table of §6.3', () => {
    const chapter = readFileSync(
      new URL('../../../../docs/protocol/06-replies-and-quotas.md', import.meta.url),
      'utf8',
    )
    const table = (chapter.split('\n## 6.3 ')[1] ?? '').split('\n## ')[0] ?? ''
    const named = new Map<string, Set<string>>()
    for (const [, scene = '', events = ''] of table.matchAll(/^\| (C2C|Group|Channel|DM) \| (.*?) \|/gm))
      for (const [, name = ''] of events.matchAll(/`([A-Z0-9_/]{5,})`/g)) {
        // GUILD_MEMBER_ADD/UPDATE stands for two.
        const [first = '', ...others] = name.split('/')
        const stem = first.slice(0, first.lastIndexOf('_') + 1)
        const known = named.get(scene.toLowerCase()) ?? []
        named.set(scene.toLowerCase(), new Set([...known, first, ...others.map((end) => stem + end)]))
      }
    const ours = Object.entries(replyableEvents).map(([scene, events]) => [scene, new Set(events)] as const)
    expect(new Map(ours)).toEqual(named)
  })

  it('BT-01 allow three seconds for an acknowledgement', () => {
    expect(interactionWindowMs).toBe(3000)
  })

  it('have a proactive quota for every scene', () => {
    expect(Object.keys(proactiveQuotas)).toEqual(Object.keys(replyWindows))
    for (const quotas of Object.values(proactiveQuotas)) expect(quotas.length).toBeGreaterThan(0)
  })

  it('RS-50 have limits for certified bots and for others, without what counts replies as well', () => {
    expect(quotaLimits(true)).toEqual({
      'c2c.proactive': [
        { requests: 10, windowMs: 1000, per: 'bot' },
        { requests: 20, windowMs: 60_000, per: 'user' },
        { requests: 1000, windowMs: 86_400_000, per: 'user' },
      ],
      'group.proactive': [
        { requests: 60, windowMs: 60_000, per: 'bot' },
        { requests: 20, windowMs: 60_000, per: 'group' },
        { requests: 1000, windowMs: 86_400_000, per: 'group' },
      ],
      'channel.proactive': [{ requests: 20, windowMs: 86_400_000, per: 'channel' }],
      'dm.proactive': [
        { requests: 2, windowMs: 86_400_000, per: 'user' },
        { requests: 200, windowMs: 86_400_000, per: 'bot' },
      ],
      [guildQuota]: [{ requests: 2, windowMs: 86_400_000, per: 'guild' }],
    })
    const { 'c2c.proactive': c2c, 'group.proactive': group, ...others } = quotaLimits(false)
    expect(c2c.slice(0, 2)).toEqual([
      { requests: 5, windowMs: 1000, per: 'bot' },
      { requests: 30, windowMs: 60_000, per: 'bot' },
    ])
    expect(group[0]).toEqual({ requests: 30, windowMs: 60_000, per: 'bot' })
    expect(quotaLimits(true)).toMatchObject(others)
  })
})

describe('sizes', () => {
  it('RS-16 have no limit above the hard limit', () => {
    expect(uploadHardBytes).toBe(200 * 1024 * 1024)
    for (const limit of Object.values(uploadLimits))
      expect(limit.softBytes).toBeLessThanOrEqual(uploadHardBytes)
    expect(Object.values(uploadLimits).map((limit) => limit.fileType)).toEqual([1, 2, 3, 4])
  })

  it('allow five rows of five buttons', () => {
    expect(keyboardLimits).toMatchObject({ rows: 5, buttonsPerRow: 5, labelLength: 10 })
  })
})

describe('hosts', () => {
  it('use https and have no trailing slash', () => {
    for (const url of [...Object.values(restHosts), ...Object.values(tokenUrls)])
      expect(url).toMatch(/^https:.*[^/]$/)
  })
})
