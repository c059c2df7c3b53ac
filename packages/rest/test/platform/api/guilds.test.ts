import { expect, it } from 'vitest'

import { all, onPlatform } from '../../support/on-platform.js'

it('guilds of the bot, whole (§5.1)', async () =>
  onPlatform(async ({ sim, api }) => {
    const ids = Array.from({ length: 5 }, (_, n) => sim.guild(`guild ${n}`).id)
    const guilds = await all(api.me.allGuilds({ limit: 2 }))
    expect(guilds.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
    expect(new Set(guilds.map(({ id }) => id)).size).toBe(guilds.length)
    expect(await api.me.guilds({ limit: 1 })).toHaveLength(1)
    expect(await api.guilds.get(ids[0] ?? '')).toMatchObject({ name: 'guild 0' })
    expect(await api.me.get()).toMatchObject({ username: 'simulated-bot', bot: true })
    expect(await api.gateway.url()).toHaveProperty('url')
    expect(await api.gateway.bot()).toHaveProperty('session_start_limit')
  }))

it('members are listed, muted, and removed (§5.11)', async () =>
  onPlatform(async ({ sim, clock, api }) => {
    const guild = sim.guild()
    for (let n = 0; n < 30; n += 1) guild.user(`user ${n}`).join()
    const members = await all(api.members.all(guild.id, { limit: 7 }))
    expect(members).toHaveLength(32)
    expect(await all(api.members.all(guild.id))).toEqual(members)
    const user = guild.user('user 3').id
    expect(await api.members.get(guild.id, user)).toMatchObject({ user: { username: 'user 3' } })
    expect(await api.members.list(guild.id)).toHaveLength(1)

    const speak = (name: string): unknown => sim.channel('general').user(name).say('hi').id
    await api.members.mute(guild.id, user, { mute_seconds: '60' })
    expect(() => speak('user 3')).toThrow(/muted/)
    expect(
      await api.members.muteSeveral(guild.id, {
        mute_seconds: '60',
        user_ids: [guild.user('user 4').id, '1'],
      }),
    ).toEqual({ user_ids: [guild.user('user 4').id] })
    await clock.advance(60_000)
    expect(speak('user 4')).toBeTypeOf('string')
    await api.guilds.mute(guild.id, { mute_seconds: '60' })
    expect(() => speak('user 5')).toThrow(/muted/)
    await api.guilds.mute(guild.id, { mute_seconds: '0' })

    await api.members.remove(guild.id, user, { add_blacklist: true, delete_history_msg_days: -1 })
    await expect(api.members.get(guild.id, user)).rejects.toMatchObject({ errCode: 10001 })
  }))

it('channels are made, changed and deleted (§5.11)', async () =>
  onPlatform(async ({ sim, api }) => {
    const guild = sim.guild().id
    const { id } = await api.channels.create(guild, { name: 'news', type: 0, position: 3 })
    expect(await api.channels.list(guild)).toMatchObject([{ id, name: 'news' }])
    expect(await api.channels.update(id, { name: 'old news' })).toMatchObject({ id, name: 'old news' })
    expect(await api.channels.get(id)).toMatchObject({ name: 'old news' })
    expect(await api.channels.delete(id)).toBeUndefined()
    await expect(api.channels.get(id)).rejects.toMatchObject({ errCode: 10003 })
  }))

it('roles are made, given, listed and taken (§5.11)', async () =>
  onPlatform(async ({ sim, api }) => {
    const guild = sim.guild()
    const names = Array.from({ length: 5 }, (_, n) => `user ${n}`)
    for (const name of names) guild.user(name).join()
    const { role_id: role } = await api.roles.create(guild.id, {
      name: 'vip',
      color: 4_294_967_295,
      hoist: 1,
    })
    expect((await api.roles.list(guild.id)).roles.map(({ id }) => id)).toContain(role)
    expect(await api.roles.update(guild.id, role, { name: 'VIP' })).toMatchObject({ role: { name: 'VIP' } })
    for (const name of names) await api.roles.give(guild.id, guild.user(name).id, role)
    const members = await all(api.roles.allMembers(guild.id, role, { limit: 2 }))
    expect(members.map(({ user }) => String(user?.id)).toSorted()).toEqual(
      names.map((name) => guild.user(name).id).toSorted(),
    )
    expect((await api.roles.members(guild.id, role, { limit: 400 })).data).toHaveLength(5)
    await api.roles.take(guild.id, guild.user('user 0').id, role)
    expect(await all(api.roles.allMembers(guild.id, role))).toHaveLength(4)
    const admin = { channel: { id: sim.channel('general').id } }
    await api.roles.give(guild.id, guild.user('user 0').id, '5', admin)
    await api.roles.take(guild.id, guild.user('user 0').id, '5', admin)
    await api.roles.delete(guild.id, role)
    expect((await api.roles.list(guild.id)).roles.map(({ id }) => id)).not.toContain(role)
  }))

it('permissions are masks in decimal text (§5.11)', async () =>
  onPlatform(async ({ sim, api }) => {
    sim.guild().user('ann').join()
    const channel = sim.channel('general').id
    const ann = sim.guild().user('ann').id
    await api.permissions.setForMember(channel, ann, { add: '4', remove: '1' })
    const { permissions } = await api.permissions.ofMember(channel, ann)
    expect(Number(permissions) & 5).toBe(4)
    const { role_id: role } = await api.roles.create(sim.guild().id, { name: 'vip' })
    await api.permissions.setForRole(channel, role, { add: '2' })
    expect(Number((await api.permissions.ofRole(channel, role)).permissions) & 2).toBe(2)
  }))
