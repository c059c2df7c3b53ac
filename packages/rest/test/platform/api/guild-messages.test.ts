import { expect, it } from 'vitest'

import { button, keyboard } from '../../../src/index.js'
import { all, onPlatform } from '../../support/on-platform.js'

const CAT = { type: 1, id: '277' } as const

it('messages of a channel are read back and forth, edited and recalled (§5.6, §5.10)', async () =>
  onPlatform(
    async ({ sim, rest, api }) => {
      const channel = sim.channel('general').id
      const said = Array.from({ length: 50 }, (_, n) => sim.channel('general').user('ann').say(`${n}`).id)
      const newest = await all(api.messages.all(channel))
      expect(newest.map(({ id }) => id)).toEqual(said.toReversed())
      expect(sim.oracle.executed('channel.messages')).toBe(4)
      const later = await all(api.messages.all(channel, { after: said[20] ?? '', limit: 7 }))
      expect(later.map(({ id }) => id)).toEqual(said.slice(21))
      expect(
        (await api.messages.list(channel, { around: said[10] ?? '', limit: 3 })).map(({ id }) => id),
      ).toEqual(said.slice(9, 12))
      expect(await api.messages.get(channel, said[0] ?? '')).toMatchObject({
        id: said[0],
        content: expect.stringMatching(/ 0$/),
      })

      const sent = await rest.send(
        { scene: 'channel', id: channel },
        { content: 'press', ...keyboard([[button.callback('Go', 'go', { id: 'go' })]]) },
      )
      const again = keyboard([[button.callback('Again', 'again', { id: 'again' })]])
      expect(await api.messages.edit(channel, sent.id ?? '', again)).toMatchObject({ id: sent.id })
      await api.messages.recall(channel, sent.id ?? '', { hidetip: true })
      await expect(api.messages.get(channel, sent.id ?? '')).rejects.toMatchObject({ errCode: 306002 })
    },
    { limits: false },
  ))

it('reactions are added, listed page by page and taken back (§5.10)', async () =>
  onPlatform(async ({ sim, api }) => {
    const channel = sim.channel('general').id
    const message = sim.channel('general').user('ann').say('hi').id
    for (let n = 0; n < 7; n += 1) sim.channel('general').user(`user ${n}`).react(message, CAT.id)
    await api.reactions.add(channel, message, CAT)
    const whole = await api.reactions.users(channel, message, CAT)
    expect(whole).toMatchObject({ is_end: true })
    expect(whole.users).toHaveLength(8)
    expect(await all(api.reactions.allUsers(channel, message, CAT, { limit: 3 }))).toEqual(whole.users)
    await api.reactions.remove(channel, message, CAT)
    expect(await all(api.reactions.allUsers(channel, message, CAT))).toHaveLength(7)
    await expect(api.reactions.remove(channel, message, CAT)).rejects.toMatchObject({ errCode: 620004 })
    await api.reactions.add(channel, message, { type: 2, id: '😀' })
    expect((await api.reactions.users(channel, message, { type: 2, id: '128512' })).users).toHaveLength(1)
  }))

it('DM sessions are opened, written to and tidied up (§5.10)', async () =>
  onPlatform(async ({ sim, rest, api }) => {
    sim.guild().user('ann').join()
    const session = await api.dms.open({
      recipient_id: sim.guild().user('ann').id,
      source_guild_id: sim.guild().id,
    })
    const sent = await rest.send({ scene: 'dm', id: session.guild_id }, 'hi')
    await api.dms.recall(session.guild_id, sent.id ?? '', { hidetip: false })
    await expect(api.dms.recall(session.guild_id, sent.id ?? '')).rejects.toMatchObject({ errCode: 306002 })
    const setting = { setting_guide: { guild_id: sim.guild().id } }
    expect(await api.messageSettings.sendDmGuide(session.guild_id, setting)).toHaveProperty('id')
    expect(await api.messageSettings.sendGuide(sim.channel('general').id)).toHaveProperty('id')
    expect(await api.messageSettings.get(sim.guild().id)).toMatchObject({ disable_push_msg: false })
  }))
