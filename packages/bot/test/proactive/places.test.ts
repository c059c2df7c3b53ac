/** The places that a bot knows, filled by events of the simulator in all scenes. */
import { ManualClock } from '@qqkit/core/testing'
import { afterEach, describe, expect, it } from 'vitest'

import { Bot, type BotOptions, scene } from '../../src/index.js'
import {
  memoryRecordStore,
  type Place,
  type Places,
  type PlacesOptions,
  type RecordStore,
  rememberPlaces,
} from '../../src/proactive/index.js'
import { thrownBy } from '../support/catcher.js'
import { type MemoryBot, memoryBot } from '../support/memory-bot.js'

let running: MemoryBot | null = null
afterEach(async () => {
  await running?.close()
  running = null
})

const startKnowing = async (
  options: PlacesOptions = {},
  bot: Partial<BotOptions> = {},
): Promise<MemoryBot & { readonly places: Places }> => {
  running = memoryBot(bot)
  const places = rememberPlaces(running.bot, options)
  running.bot.on('message', (ctx) => ctx.reply('pong'))
  void running.bot.start()
  await running.settle()
  return { ...running, places }
}

const namesOf = async (places: Pick<Places, 'list'>): Promise<readonly string[]> =>
  (await places.list()).map(({ target }) => `${target.scene} ${target.id}`).toSorted()

describe('the places of a bot', () => {
  it('TF-02 every scene is known from its first message on, once', async () => {
    const { sim, settle, places } = await startKnowing()
    const guild = sim.guild()
    const spots = [
      sim.user('ann'),
      sim.group('room').user('bob'),
      guild.channel('tea').user('cat'),
      guild.dm('dan'),
    ]
    for (const spot of [...spots, ...spots]) {
      spot.say('hi')
      await settle(1000)
    }
    expect(await namesOf(places)).toEqual(spots.map(({ scene: where, id }) => `${where} ${id}`).toSorted())
    expect(await namesOf(places.of('group', 'dm'))).toEqual(
      [spots[1], spots[3]].map((spot) => `${spot?.scene} ${spot?.id}`).toSorted(),
    )
    expect(await places.of('group').get({ scene: 'c2c', id: sim.user('ann').id })).toBeNull()
  })

  it('TF-02 a private chat tells when its person last wrote, and a channel its guild', async () => {
    const { sim, settle, places, clock } = await startKnowing()
    sim.user('ann').say('hi')
    sim.guild().channel('tea').user('cat').say('hi')
    await settle(60_000)
    sim.user('ann').say('again')
    const wrote = clock.wall()
    await settle(1000)
    const ann = await places.get({ scene: 'c2c', id: sim.user('ann').id })
    expect(ann).toMatchObject({ accepts: true, guildId: null, wokenAt: null })
    expect(Math.abs((ann?.heardAt ?? 0) - wrote)).toBeLessThanOrEqual(1000)
    expect(ann?.since).toBeLessThan(wrote - 50_000)
    const tea = await places.get({ scene: 'channel', id: sim.guild().channel('tea').id })
    expect(tea).toMatchObject({ guildId: sim.guild().id, heardAt: null })
  })

  it('TF-03 a place goes when the bot is removed, and comes back with it', async () => {
    const { sim, settle, places } = await startKnowing()
    const group = sim.group('room')
    const ann = sim.user('ann')
    for (const act of [() => group.addBot(), () => ann.befriend()]) {
      act()
      await settle(1000)
    }
    expect(await namesOf(places)).toHaveLength(2)
    group.removeBot()
    ann.unfriend()
    await settle(1000)
    expect(await namesOf(places)).toEqual([])
    group.addBot()
    await settle(1000)
    expect(await namesOf(places)).toEqual([`group ${group.id}`])
  })

  it('TF-03 a channel goes with its end, and all channels with their guild', async () => {
    const { sim, settle, places } = await startKnowing()
    const guild = sim.guild()
    for (const name of ['one', 'two', 'three']) {
      guild.channel(name).user('cat').say('hi')
      await settle(1000)
    }
    sim.group('room').user('bob').say('hi')
    await settle(1000)
    guild.channel('one').remove()
    await settle(1000)
    expect(await namesOf(places.of('channel'))).toHaveLength(2)
    guild.removeBot()
    await settle(1000)
    expect(await namesOf(places)).toEqual([`group ${sim.group('room').id}`])
  })

  it('TF-03 who switches proactive messages off is known as such, until they are switched on', async () => {
    const { sim, settle, places } = await startKnowing()
    const group = sim.group('room')
    group.refuse()
    sim.user('ann').refuse()
    await settle(1000)
    group.user('bob').say('hi')
    await settle(1000)
    const accepting = async (): Promise<readonly boolean[]> =>
      (await places.list()).map(({ accepts }) => accepts)
    expect(await accepting()).toEqual([false, false])
    group.allow()
    sim.user('ann').allow()
    await settle(1000)
    expect(await accepting()).toEqual([true, true])
  })

  it('TF-02 only the named scenes are remembered', async () => {
    const { sim, settle, places } = await startKnowing({ scenes: ['group'] })
    sim.user('ann').say('hi')
    sim.group('room').user('bob').say('hi')
    await settle(1000)
    expect(await namesOf(places)).toEqual([`group ${sim.group('room').id}`])
  })

  it('TF-03 a bot with one handler still hears of its removal', async () => {
    running = memoryBot()
    const { bot, sim, settle } = running
    const places = rememberPlaces(bot)
    bot.on('message', scene('channel'), () => {})
    void bot.start()
    await settle()
    sim.group('room').user('bob').say('hi')
    await settle(1000)
    expect(await namesOf(places)).toHaveLength(1)
    sim.group('room').removeBot()
    await settle(1000)
    expect(await namesOf(places)).toEqual([])
  })

  it('TF-02 bots that share a store know their own places', async () => {
    const store = memoryRecordStore<Place>()
    const other: Place = {
      target: { scene: 'c2c', id: 'X' },
      guildId: null,
      accepts: true,
      since: 0,
      heardAt: null,
      wokenAt: null,
    }
    await store.save('7:c2c:X', other)
    const { sim, settle, places } = await startKnowing({ store })
    sim.user('ann').say('hi')
    await settle(1000)
    expect(await namesOf(places)).toEqual([`c2c ${sim.user('ann').id}`])
  })

  it('TF-02 a store that fails costs no answer', async () => {
    const warnings: string[] = []
    const warned = ({ name }: Error): void => void warnings.push(name)
    process.on('warning', warned)
    const broken: RecordStore<Place> = {
      ...memoryRecordStore<Place>(),
      load: () => {
        throw new Error('disk full')
      },
    }
    const { sim, settle, said } = await startKnowing({ store: broken })
    for (const text of ['hi', 'and', 'again']) sim.user('ann').say(text)
    await settle(1000)
    expect(said()).toHaveLength(3)
    // Once, not with each event.
    expect(warnings).toEqual(['PlacesNotRemembered'])
    process.off('warning', warned)
  })

  it('TF-04 wrong use is told with what to write instead', () => {
    const bot = new Bot({ appId: '1', secret: 's', clock: new ManualClock(), log: false })
    expect(thrownBy(() => rememberPlaces({} as Bot))).toMatchObject({
      code: 'no_bot',
      advice: { en: expect.stringContaining('rememberPlaces(bot)') as unknown },
    })
    expect(thrownBy(() => rememberPlaces(bot, { store: new Map() } as never))).toMatchObject({
      message: expect.stringContaining('fileRecordStore({ path') as unknown,
    })
    expect(thrownBy(() => rememberPlaces(bot, { scenes: ['groups'] } as never))).toMatchObject({
      message: expect.stringContaining('c2c, group, channel or dm') as unknown,
    })
  })
})
