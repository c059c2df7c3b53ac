import { describe, expect, it } from 'vitest'

import { textIn } from '../support/answers.js'
import { getToken } from '../support/clients.js'
import { inGuild, nowText, type GuildStage } from '../support/guild-stage.js'
import type { WireAnswer } from '../support/wire-client.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A moment from now, in ms as text. */
const inMs = ({ clock }: GuildStage, ms: number): string => String(Math.round(clock.wall()) + ms)

const meeting = (stage: GuildStage, more: object = {}): object => ({
  schedule: {
    name: 'meeting',
    start_timestamp: inMs(stage, HOUR),
    end_timestamp: inMs(stage, 2 * HOUR),
    ...more,
  },
})

const made = async (stage: GuildStage, more: object = {}): Promise<WireAnswer> =>
  stage.post(stage.in('plans', '/schedules'), meeting(stage, more))

const minute = (text: string): string => String(Math.floor(Number(text) / MINUTE) * MINUTE)

describe('schedules (§5.11)', () => {
  it('SM-01 are created with times rounded down to the minute, changed and deleted', async () =>
    inGuild(async (stage) => {
      const { call, in: path, sim } = stage
      const bot = textIn(await call('GET', '/users/@me'), 'id')
      await stage.clock.advance(12_345)
      const answer = await made(stage, {
        description: 'all of us',
        jump_channel_id: sim.channel('general').id,
        remind_type: '2',
      })
      const schedule = {
        id: expect.stringMatching(/^1\d{18}$/),
        name: 'meeting',
        description: 'all of us',
        start_timestamp: minute(inMs(stage, HOUR)),
        end_timestamp: minute(inMs(stage, 2 * HOUR)),
        creator: {
          user: { id: bot, username: 'simulated-bot', avatar: 'https://example.test/bot.png', bot: true },
          nick: 'simulated-bot',
          roles: ['1', '2'],
          joined_at: nowText(stage, -12_345),
        },
        jump_channel_id: sim.channel('general').id,
        remind_type: '2',
      }
      expect(answer).toMatchObject({ status: 200, json: schedule })
      const at = path('plans', `/schedules/${textIn(answer, 'id')}`)
      expect((await call('GET', at)).json).toEqual(schedule)
      const changed = await call('PATCH', at, { schedule: { name: 'party', remind_type: '5' } })
      expect(changed.json).toEqual({ ...schedule, name: 'party', remind_type: '5' })
      expect(await call('DELETE', at)).toMatchObject({ status: 204, text: '' })
      for (const method of ['GET', 'DELETE'])
        expect((await call(method, at)).json).toMatchObject({ code: 302011 })
    }))

  it('SM-01 need only a name and times', async () =>
    inGuild(async (stage) => {
      expect((await made(stage)).json).toMatchObject({
        description: '',
        jump_channel_id: '0',
        remind_type: '0',
      })
    }))

  it('SM-01 are listed by day, named in the query or the body', async () =>
    inGuild(async (stage) => {
      const { call, in: path } = stage
      await made(stage, { name: 'soon' })
      const far = { start_timestamp: inMs(stage, 3 * DAY), end_timestamp: inMs(stage, 5 * DAY) }
      await made(stage, { name: 'later', ...far })
      await call('DELETE', path('plans', `/schedules/${textIn(await made(stage), 'id')}`))
      const names = (answer: WireAnswer): readonly unknown[] =>
        (answer.json as unknown as readonly { readonly name: string }[]).map(({ name }) => name)
      const list = async (query: string) => names(await call('GET', path('plans', `/schedules${query}`)))
      expect(await list('')).toEqual(['soon'])
      expect(await list(`?since=${inMs(stage, 2 * DAY)}`)).toEqual([])
      for (const days of [3, 4, 5]) expect(await list(`?since=${inMs(stage, days * DAY)}`)).toEqual(['later'])
      const since = Number(inMs(stage, 4 * DAY))
      expect(names(await call('GET', path('plans', '/schedules'), { since }))).toEqual(['later'])
    }))

  it.each([
    ['no schedule', {}, 302000],
    ['no name', { name: undefined }, 302017],
    ['an empty name', { name: '' }, 302017],
    ['no start', { start_timestamp: undefined }, 302000],
    ['a start that is no text', { start_timestamp: 1 }, 302018],
    ['a start that is no number', { start_timestamp: 'soon' }, 302018],
    ['another reminder', { remind_type: '6' }, 302000],
    ['an unknown channel', { jump_channel_id: '1' }, 302024],
  ])('SM-03 refuse %s', async (what, more, code) =>
    inGuild(async (stage) => {
      const body = what === 'no schedule' ? {} : meeting(stage, more)
      const answer = await stage.post(stage.in('plans', '/schedules'), body)
      expect(answer).toMatchObject({ status: 400, json: { code } })
    }),
  )

  it('SM-03 refuse impossible times', async () =>
    inGuild(async (stage) => {
      const times = async (start: number, end: number) =>
        (await made(stage, { start_timestamp: inMs(stage, start), end_timestamp: inMs(stage, end) })).json?.[
          'code'
        ]
      expect(await times(-MINUTE, HOUR)).toBe(302015)
      expect(await times(HOUR, MINUTE)).toBe(302016)
      expect(await times(HOUR, HOUR + 7 * DAY + MINUTE)).toBe(302014)
      expect(await times(HOUR, HOUR + 7 * DAY)).toBeUndefined()
    }))

  it('SM-03 refuse channels of other guilds (302022), app channels (302023) and none (302024)', async () =>
    inGuild(async (stage) => {
      const { sim, call } = stage
      const jump = async (jump_channel_id: string) => (await made(stage, { jump_channel_id })).json?.['code']
      expect(await jump(sim.channel('art/general').id)).toBe(302022)
      sim.channel('calendar').create('owner', { type: 10_006 })
      expect(await jump(sim.channel('calendar').id)).toBe(302023)
      expect((await call('GET', '/channels/1/schedules')).json).toMatchObject({ code: 302024 })
      expect((await call('GET', stage.in('plans', '/schedules/1'))).json).toMatchObject({ code: 302003 })
      expect((await call('GET', stage.in('plans', '/schedules?since=soon'))).json).toMatchObject({
        code: 302018,
      })
    }))

  it('SM-03 are refused to bots that are no admins (302010)', async () =>
    inGuild(async (stage) => {
      const { sim, call, in: path } = stage
      const at = path('plans', `/schedules/${textIn(await made(stage), 'id')}`)
      sim.guild().setBotRole('member')
      expect((await made(stage)).json).toMatchObject({ code: 302010 })
      expect((await call('PATCH', at, { schedule: { name: 'x' } })).json).toMatchObject({ code: 302010 })
      expect((await call('DELETE', at)).json).toMatchObject({ code: 302010 })
      expect((await call('GET', at)).status).toBe(200)
    }))

  it('SM-03 are limited to 10 a day per admin (302012) and 100 per guild (302021)', async () =>
    inGuild(async (stage) => {
      const { sim, client } = stage
      for (let n = 0; n < 10; n += 1) expect((await made(stage)).status).toBe(200)
      expect(await made(stage)).toMatchObject({ status: 400, json: { code: 302012 } })
      for (let bot = 2; bot <= 11; bot += 1) {
        const credentials = sim.addBot()
        const token = await getToken(client, credentials)
        const path = `/channels/${sim.channel('plans', credentials.appId).id}/schedules`
        const make = async () => client.call(path, { method: 'POST', token, body: meeting(stage) })
        const codes: unknown[] = []
        for (let n = 0; n < 10; n += 1) codes.push((await make()).json?.['code'])
        expect(codes).toEqual(Array.from({ length: 10 }, () => (bot === 11 ? 302021 : undefined)))
      }
      await stage.clock.advance(DAY)
      expect((await made(stage)).status).toBe(200)
    }))
})
