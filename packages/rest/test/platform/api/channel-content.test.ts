import { ManualClock } from '@qqkit/core/testing'
import type { ScheduleFields } from '@qqkit/protocol'
import { startSimulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { Rest } from '../../../src/index.js'
import { all, onPlatform } from '../../support/on-platform.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const meeting = (wall: number, from: number): ScheduleFields => ({
  name: 'meeting',
  start_timestamp: String(wall + from),
  end_timestamp: String(wall + from + HOUR),
})

it('messages are pinned and announced (§5.11)', async () =>
  onPlatform(async ({ sim, api }) => {
    const guild = sim.guild().id
    const channel = sim.channel('general').id
    const ids = [1, 2, 3].map((n) => sim.channel('general').user('ann').say(`${n}`).id)
    for (const id of ids) await api.pins.add(channel, id)
    expect(await api.pins.get(channel)).toMatchObject({ channel_id: channel, message_ids: ids })
    await api.pins.remove(channel, ids[0] ?? '')
    await api.pins.remove(channel, 'all')
    expect(await api.pins.get(channel)).toMatchObject({ message_ids: [] })

    const message = { message_id: ids[0] ?? '', channel_id: channel }
    expect(await api.announces.create(guild, message)).toMatchObject({ guild_id: guild, ...message })
    await api.announces.delete(guild, 'all')
    expect(await api.announces.createInChannel(channel, { message_id: ids[1] ?? '' })).toHaveProperty(
      'guild_id',
    )
    await api.announces.deleteInChannel(channel, ids[1] ?? '')
  }))

it('schedules are made, listed by day, changed and deleted (§5.11)', async () =>
  onPlatform(async ({ sim, clock, api }) => {
    const channel = sim.channel('plans').id
    const soon = await api.schedules.create(channel, { schedule: meeting(clock.wall(), HOUR) })
    const later = await api.schedules.create(channel, { schedule: meeting(clock.wall(), 3 * DAY) })
    expect(await api.schedules.list(channel)).toMatchObject([{ id: soon.id }])
    const since = clock.wall() + 3 * DAY
    expect(await api.schedules.list(channel, { since })).toMatchObject([{ id: later.id }])
    const changed = { schedule: { ...meeting(clock.wall(), 2 * HOUR), remind_type: '2' } } as const
    expect(await api.schedules.update(channel, soon.id, changed)).toMatchObject({ remind_type: '2' })
    expect(await api.schedules.get(channel, soon.id)).toMatchObject({ remind_type: '2' })
    expect(await api.schedules.delete(channel, soon.id)).toBeUndefined()
    await expect(api.schedules.get(channel, soon.id)).rejects.toMatchObject({ errCode: 302011 })
  }))

it('a schedule is looked for by the body of a GET as well, over sockets (§5.11)', async () => {
  const clock = new ManualClock()
  const sim = await startSimulator({ clock, channelNeedsSession: false })
  const { appId, secret } = sim.credentials
  const rest = new Rest({ appId, secret, baseUrl: sim.url })
  const channel = sim.channel('plans').id
  const { id } = await rest.api.schedules.create(channel, { schedule: meeting(clock.wall(), 3 * DAY) })
  const since = clock.wall() + 3 * DAY
  expect(await rest.api.schedules.list(channel, { since })).toMatchObject([{ id }])
  expect(sim.log.of('call').at(-1)).toMatchObject({ method: 'GET', request: JSON.stringify({ since }) })
  await rest.close()
  await sim.close()
})

it('threads of a forum are published, read, commented on and deleted (§5.11)', async () =>
  onPlatform(async ({ sim, api }) => {
    sim.channel('forum').create('owner', { type: 10_007 })
    const forum = sim.channel('forum').id
    expect(await api.threads.create(forum, { title: 'Plan', content: '# text', format: 3 })).toMatchObject({
      task_id: expect.any(String),
    })
    const asked = sim.channel('forum').user('ann').publishThread('A question', 'How?')
    const { threads, is_finish: finished } = await api.threads.list(forum)
    expect(finished).toBe(1)
    expect(threads.map(({ thread_info: { title } }) => String(title)).toSorted()).toEqual([
      'A question',
      'Plan',
    ])
    const { thread } = await api.threads.get(forum, asked.id)
    expect(thread.thread_info).toMatchObject({ thread_id: asked.id, title: 'A question' })
    await api.threads.comment(forum, asked.id, { thread_author: thread.author_id, content: 'Like this' })
    expect(await api.threads.delete(forum, asked.id)).toBeUndefined()
    await expect(api.threads.get(forum, asked.id)).rejects.toMatchObject({ errCode: 503012 })
  }))

it('sound is played, and voice channels tell who is in them (§5.11)', async () =>
  onPlatform(async ({ sim, api }) => {
    const music = sim.channel('music').id
    expect(await api.audio.control(music, { audio_url: 'https://a.b/c.mp3', status: 0 })).toBeUndefined()
    expect(await api.audio.control(music, { status: 3 })).toBeUndefined()
    expect(await api.mic.on(music)).toBeUndefined()
    expect(await api.mic.off(music)).toBeUndefined()
    const lounge = sim.channel('lounge')
    lounge.create('owner', { type: 2 })
    for (const name of ['ann', 'bob']) lounge.user(name).enterVoice()
    expect(await api.channels.onlineNumber(lounge.id)).toEqual({ online_nums: 2 })
    expect(await api.channels.voiceMembers(lounge.id)).toHaveLength(2)
  }))

it('what a guild does not grant is refused with 11264, and can be asked for (§5.11)', async () =>
  onPlatform(async ({ sim, api }) => {
    const guild = sim.guild()
    const wanted = { path: '/guilds/{guild_id}/members', method: 'GET' } as const
    guild.grantApi(wanted.method, wanted.path, false)
    const { apis } = await api.apiPermissions.list(guild.id)
    expect(apis.filter(({ auth_status: granted }) => granted === 0)).toMatchObject([wanted])
    await expect(all(api.members.all(guild.id))).rejects.toMatchObject({ errCode: 11264 })
    const demand = { channel_id: sim.channel('general').id, api_identify: wanted, desc: 'to greet you' }
    expect(await api.apiPermissions.demand(guild.id, demand)).toMatchObject({ api_identify: wanted })
  }))
