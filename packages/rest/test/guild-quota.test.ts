import type { QuotaRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { GuildChannels } from '../src/limits/guild-channels.js'
import { ANCHOR, restHarness, failure } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const REFUSED = failure(40034006)

const dayOf = (clock: ManualClock): number => Math.floor((clock.wall() + 8 * HOUR) / DAY)
const untilMidnight = (clock: ManualClock): number => DAY - ((clock.wall() + 8 * HOUR) % DAY)
const channel = (id: string) => ({ scene: 'channel', id }) as const
const answer = (guild?: string): Reply => ({
  status: 200,
  body: { id: 'sent', timestamp: '2026-09-01T09:08:09+08:00', ...(guild && { guild_id: guild }) },
})
const named = (id: string, guild: string) => ({
  t: 'AT_MESSAGE_CREATE',
  d: { id: 'm', channel_id: id, guild_id: guild },
})
const FULL = { code: 'rate_limited', delivered: 'no', retry: 'never' } as const

/** Rows of JSON, as in a database. */
const database = () => {
  const rows = new Map<string, string>()
  return {
    load: async (key: string) => JSON.parse(rows.get(key) ?? 'null') as QuotaRecord | null,
    save: async (key: string, record: QuotaRecord) => void rows.set(key, JSON.stringify(record)),
  }
}

const CHANNELS = ['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2'] as const
type Name = (typeof CHANNELS)[number]
const guildOf = (name: string): string => name.slice(0, 1)

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ send: fc.array(fc.constantFrom(...CHANNELS), { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ refuse: fc.constantFrom(...CHANNELS) }) },
  { weight: 1, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 14 }) }) },
  { weight: 1, arbitrary: fc.constant({ restart: true as const }) },
  { weight: 1, arbitrary: fc.constant({ other: true as const }) },
)

it.each([false, true])(
  'RS-59 as many channels of a guild and day as there may be, and no more (quotaStore: %s)',
  async (kept) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const clock = new ManualClock()
        const quotaStore = database()
        let refuses = false
        const start = () => {
          const made = restHarness(({ path }) => (refuses ? REFUSED : answer(guildOf(path.split('/')[2]!))), {
            clock,
            limits: {
              'channel.messages': null,
              'channel.proactive': { requests: 1000, windowMs: DAY, per: 'channel' },
              'guild.proactive': { requests: 2, windowMs: DAY, per: 'guild' },
            },
            quotaTimeout: 0,
            ...(kept && { quotaStore }),
          })
          for (const name of CHANNELS) made.rest.observe(named(name, guildOf(name)))
          return made
        }
        let bot = start()
        let other = start()
        let day = dayOf(clock)
        let opened = new Set<Name>()
        const hasRoom = (name: Name): boolean =>
          opened.has(name) || [...opened].filter((one) => guildOf(one) === guildOf(name)).length < 2
        const send = async (name: Name): Promise<string> => {
          try {
            return (await bot.rest.send(channel(name), 'news')).kind
          } catch (error) {
            return (error as { code: string }).code
          }
        }
        const expected: string[] = []
        const seen: string[] = []
        for (const one of steps) {
          if ('wait' in one) await clock.advance(one.wait * HOUR)
          if (dayOf(clock) !== day) opened = new Set()
          day = dayOf(clock)
          if ('restart' in one && kept) {
            await bot.settle(bot.rest.close())
            bot = start()
          }
          // What is told of the last messages is told by then.
          if ('other' in one && kept) {
            await clock.settle()
            ;[bot, other] = [other, bot]
          }
          if ('refuse' in one) {
            refuses = true
            const code = hasRoom(one.refuse) ? 'content_refused' : 'rate_limited'
            expected.push(code)
            seen.push(await bot.settle(send(one.refuse)))
            refuses = false
          }
          if ('send' in one) {
            for (const name of one.send) {
              expected.push(hasRoom(name) ? 'sent' : 'rate_limited')
              if (hasRoom(name)) opened.add(name)
            }
            seen.push(...(await bot.settle(Promise.all(one.send.map(send)))))
          }
        }
        expect(seen).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  },
)

it('RS-59 by default two; the third waits until midnight in China, replies and other guilds do not wait', async () => {
  const { rest, clock, calls, settle } = restHarness([answer()])
  for (const name of CHANNELS) rest.observe(named(name, guildOf(name)))
  for (const name of ['a0', 'a1', 'a0', 'b0']) await rest.send(channel(name), 'news')
  await expect(rest.send(channel('a2'), 'news')).rejects.toMatchObject({
    ...FULL,
    message: expect.stringContaining('the quota guild.proactive has room'),
    retryAfter: untilMidnight(clock),
  })
  await rest.send(channel('a2'), 'a reply', { anchor: ANCHOR })
  const patient = rest.send(channel('a2'), 'news', { quotaTimeout: Infinity })
  await clock.settle()
  expect(calls).toHaveLength(5)
  const midnight = clock.now() + untilMidnight(clock)
  await settle(patient)
  expect(clock.now()).toBe(midnight)
})

it('RS-59 a channel of an unknown guild is not held back, and counts once an event or an answer names the guild', async () => {
  const { rest, calls } = restHarness((_request, index) => answer(index === 3 ? 'a' : undefined))
  for (const name of ['a0', 'a1', 'a2']) await rest.send(channel(name), 'news')
  rest.observe(named('a0', 'a'))
  // Its answer names the guild.
  await rest.send(channel('a1'), 'news')
  rest.observe(named('a3', 'a'))
  await expect(rest.send(channel('a3'), 'news')).rejects.toMatchObject(FULL)
  await rest.send(channel('a2'), 'news')
  expect(calls).toHaveLength(5)
})

it.each([
  ['a guild.proactive of null', { limits: { 'guild.proactive': null } }],
  [
    'numbers of the owner’s for a channel',
    { limits: { 'channel.proactive': { requests: 50, windowMs: DAY, per: 'channel' } } },
  ],
  ['limits: false', { limits: false }],
  ['the sandbox', { baseUrl: 'sandbox' }],
] as const)('RS-59 channels per guild are not counted with %s', async (_how, options) => {
  const { rest, calls } = restHarness([answer('a')], options)
  for (const name of CHANNELS) rest.observe(named(name, 'a'))
  for (const name of CHANNELS) await rest.send(channel(name), 'news')
  expect(calls).toHaveLength(CHANNELS.length)
})

it('RS-59 channels per guild count by the day alone', () => {
  const limits = { 'guild.proactive': { requests: 5, windowMs: HOUR, per: 'guild' } } as const
  expect(() => restHarness([], { limits })).toThrow(/guild\.proactive.*per day/u)
})

it('RS-59 guilds that only answers named are counted for the next process as well', async () => {
  const clock = new ManualClock()
  const options = { clock, quotaStore: database() }
  const first = restHarness([answer('a')], options)
  for (const name of ['a0', 'a1']) await first.settle(first.rest.send(channel(name), 'news'))
  await first.settle(first.rest.close())
  const second = restHarness([answer('a')], options)
  for (const name of ['a1', 'a2']) second.rest.observe(named(name, 'a'))
  await second.settle(second.rest.send(channel('a1'), 'news'))
  await expect(second.settle(second.rest.send(channel('a2'), 'news'))).rejects.toMatchObject(FULL)
  expect(second.calls).toHaveLength(1)
})

it('RS-59 a message in flight at midnight takes its channel of the new day as well', () => {
  const clock = new ManualClock()
  const guilds = new GuildChannels({ most: 2, counted: false }, clock)
  for (const id of ['a', 'b', 'c']) guilds.observe({ channel_id: id, guild_id: 'g' })
  const granted = clock.now()
  for (const id of ['a', 'b']) guilds.of(id).take(granted)
  const next = granted + untilMidnight(clock)
  const readyAt = (): number => guilds.of('c').readyAt(next, 0)
  expect(readyAt()).toBeGreaterThan(next)
  guilds.of('a').end(granted, next)
  expect(readyAt()).toBeGreaterThan(next)
  guilds.of('b').end(granted, null)
  expect(readyAt()).toBe(next)
})
