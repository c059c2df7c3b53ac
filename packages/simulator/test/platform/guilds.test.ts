import { describe, expect, it } from 'vitest'

import type { Simulator } from '../../src/index.js'
import { getToken, identified, INTENTS, memoryClient } from '../support/clients.js'
import { onStage } from '../support/stage.js'
import type { WireSocket } from '../support/wire-client.js'

const ALL_MESSAGES = 2 ** 9
const namesOf = (socket: WireSocket): readonly unknown[] =>
  socket.frames.filter(({ op, t }) => op === 0 && t !== 'READY').map(({ t }) => t)

describe('guilds', () => {
  it('SM-01 each has its own channels, members and direct messages', async () =>
    onStage(async ({ client, sim, socket, token, post }) => {
      const [home, art] = [sim.guild(), sim.guild('art')]
      expect(art.id).not.toBe(home.id)
      expect(sim.channel('art/general').id).toBe(art.channel('general').id)
      expect(sim.channel('guild/general').id).toBe(sim.channel('general').id)
      expect(art.channel('general').id).not.toBe(home.channel('general').id)
      const said = art.channel('general').user('cat').say('hi')
      const heard = await socket.until(({ t }) => t === 'AT_MESSAGE_CREATE')
      expect(heard.d).toMatchObject({ guild_id: art.id, channel_id: art.channel('general').id })
      const answer = await post(`/channels/${art.channel('general').id}/messages`, {
        content: 'pong',
        msg_id: said.id,
      })
      expect(answer.json).toMatchObject({ guild_id: art.id })
      art.dm('cat').say('psst')
      const whispered = await socket.until(({ t }) => t === 'DIRECT_MESSAGE_CREATE')
      expect(whispered.d).toMatchObject({
        src_guild_id: art.id,
        guild_id: art.dm('cat').id,
        author: { id: art.user('cat').id, username: 'cat' },
      })
      const get = async (path: string) => (await client.call(path, { token })).json
      expect(await get('/users/@me/guilds')).toMatchObject([{ name: 'guild' }, { name: 'art', id: art.id }])
      expect(await get(`/guilds/${art.id}/channels`)).toMatchObject([{ name: 'general', guild_id: art.id }])
    }))

  it('SM-01 a direct message can be opened in a named guild', async () =>
    onStage(async ({ sim, post }) => {
      const art = sim.guild('art')
      art.channel('general').user('cat').say('hi')
      const open = async (source: string) =>
        post('/users/@me/dms', { recipient_id: art.user('cat').id, source_guild_id: source })
      expect((await open(art.id)).json).toMatchObject({ guild_id: art.dm('cat').id })
      expect((await open(sim.guild().id)).json).toMatchObject({ guild_id: sim.dm('cat').id })
      expect((await open('1')).json).toMatchObject({ code: 10004 })
    }))

  it('SM-01 bots, members and channels are added and removed', async () =>
    onStage(async ({ client, sim, clock, socket, token, post }) => {
      const art = sim.guild('art')
      const general = art.channel('general')
      const path = `/channels/${general.id}/messages`
      art.addBot('cat')
      general.create('cat')
      const joined = art.user('dan').join()
      art.user('dan').update()
      art.user('dan').leave()
      // A member joins the guild through any of its channels.
      general.user('eve').join()
      await clock.settle()
      expect(namesOf(socket)).toEqual([
        'GUILD_CREATE',
        'CHANNEL_CREATE',
        'GUILD_MEMBER_ADD',
        'GUILD_MEMBER_UPDATE',
        'GUILD_MEMBER_REMOVE',
        'GUILD_MEMBER_ADD',
      ])
      expect(socket.frames.find(({ t }) => t === 'GUILD_MEMBER_ADD')?.d).toMatchObject({
        guild_id: art.id,
        user: { id: art.user('dan').id, username: 'dan' },
      })
      expect((await post(path, { content: 'welcome', event_id: joined })).status).toBe(200)
      const elsewhere = `/channels/${sim.channel('general').id}/messages`
      expect((await post(elsewhere, { content: 'x', event_id: joined })).json).toMatchObject({
        code: 40034025,
      })
      general.remove()
      expect((await post(path, { content: 'x' })).json).toMatchObject({ code: 10003 })
      general.create()
      art.removeBot()
      await clock.settle()
      expect(namesOf(socket).slice(-3)).toEqual(['CHANNEL_DELETE', 'CHANNEL_CREATE', 'GUILD_DELETE'])
      expect((await post(path, { content: 'x' })).json).toMatchObject({ code: 10003 })
      expect((await client.call(`/guilds/${art.id}`, { token })).json).toMatchObject({ code: 10004 })
      // Messages in guilds without the bot do not reach it.
      general.user('cat').say('are you there?')
      art.addBot()
      general.user('cat').say('and now?')
      await clock.settle()
      expect(namesOf(socket).slice(-2)).toEqual(['GUILD_CREATE', 'AT_MESSAGE_CREATE'])
    }))

  it('SM-01 the events of a guild go to the shard (guild_id >> 22) % n, and to no other', async () => {
    const shards = 4
    const client = await memoryClient({ sessionStarts: { maxConcurrency: shards } })
    const token = await getToken(client)
    const sockets: WireSocket[] = []
    for (let index = 0; index < shards; index += 1)
      sockets.push((await identified(client, token, { shard: [index, shards] })).socket)
    const guilds = Array.from({ length: 24 }, (_, number) => client.sim.guild(`guild ${number}`))
    for (const guild of guilds) {
      guild.channel('general').user('cat').say('hi')
      guild.dm('cat').say('psst')
      guild.user('dan').join()
    }
    await client.clock.settle()
    const guildsOn = sockets.map(
      ({ frames }) =>
        new Set(
          frames.flatMap(({ d }) => {
            const { guild_id, src_guild_id } = (d ?? {}) as Readonly<Record<string, string | undefined>>
            return src_guild_id ?? guild_id ?? []
          }),
        ),
    )
    const expected = sockets.map(
      (_, index) =>
        new Set(
          guilds.map(({ id }) => id).filter((id) => (BigInt(id) >> 22n) % BigInt(shards) === BigInt(index)),
        ),
    )
    expect(guildsOn).toEqual(expected)
    expect(expected.every(({ size }) => size > 0)).toBe(true)
    expect(sockets.flatMap((socket) => namesOf(socket))).toHaveLength(3 * guilds.length)
    await client.close()
  })
})

describe('messages of channels that do not mention the bot', () => {
  const heardBy = async (intents: number, say: (sim: Simulator) => void, privateDomain = true) => {
    const client = await memoryClient({ bot: { privateDomain } })
    const { socket } = await identified(client, await getToken(client), { intents })
    say(client.sim)
    await client.clock.settle()
    await client.close()
    return socket.frames.filter(({ t }) => t?.endsWith('MESSAGE_CREATE'))
  }

  it('SM-01 go to private bots that asked for all messages', async () => {
    const say = (sim: Simulator): void => void sim.channel('general').user('cat').say('a < b', { at: false })
    expect(await heardBy(INTENTS + ALL_MESSAGES, say)).toMatchObject([
      { t: 'MESSAGE_CREATE', d: { content: 'a &lt; b' } },
    ])
    expect((await heardBy(INTENTS + ALL_MESSAGES, say))[0]?.d).not.toHaveProperty('mentions')
    expect(await heardBy(INTENTS, say)).toEqual([])
  })

  it('SM-01 a mention reaches such a bot twice, under one message id', async () => {
    const say = (sim: Simulator): void => void sim.channel('general').user('cat').say('hi')
    const [first, second, ...more] = await heardBy(INTENTS + ALL_MESSAGES, say)
    expect([first?.t, second?.t, more]).toEqual(['AT_MESSAGE_CREATE', 'MESSAGE_CREATE', []])
    expect(second?.d).toEqual(first?.d)
    expect(second?.id).not.toBe(first?.id)
    expect((await heardBy(INTENTS, say)).map(({ t }) => t)).toEqual(['AT_MESSAGE_CREATE'])
  })

  it('SM-01 public bots can neither request nor answer them', async () => {
    const client = await memoryClient({ bot: { privateDomain: false } })
    const token = await getToken(client)
    const socket = await client.open()
    socket.send({ op: 2, d: { token: `QQBot ${token}`, intents: ALL_MESSAGES, shard: [0, 1] } })
    expect(await socket.until(({ op }) => op === 9)).toEqual({ op: 9, d: false })
    await identified(client, token)
    const { id } = client.sim.channel('general').user('cat').say('not for you', { at: false })
    const answer = await client.call(`/channels/${client.sim.channel('general').id}/messages`, {
      method: 'POST',
      token,
      body: { content: 'x', msg_id: id },
    })
    expect(answer.json).toMatchObject({ code: 304028 })
    await client.close()
  })
})
