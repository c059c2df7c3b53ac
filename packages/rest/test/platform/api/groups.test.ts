import { expect, it } from 'vitest'

import { all, onPlatform, type Platform } from '../../support/on-platform.js'

const DAY = 86_400_000
const SECTION = '/v2/groups/'

/** A group `room` with its owner, the bot as admin, ann, bob and many more. */
const inRoom = async (
  story: (
    platform: Platform & { readonly group: string; readonly id: (name: string) => string },
  ) => Promise<void>,
): Promise<void> =>
  onPlatform(async (platform) => {
    const room = platform.sim.group('room')
    room.setBotRole('admin')
    for (const name of ['ann', 'bob']) room.user(name).join()
    await story({ ...platform, group: room.id, id: (name) => room.user(name).personId })
  })

it('groups are administered from beginning to end (§5.8)', async () =>
  inRoom(async ({ sim, clock, api, called, group, id }) => {
    expect(await api.groups.info(group)).toMatchObject({ group_name: 'room', group_member_num: 4 })
    expect(await api.groups.botState(group)).toMatchObject({ member_role: 'admin' })

    for (let n = 0; n < 70; n += 1) sim.group('room').user(`user ${n}`).join()
    const members = await all(api.groupMembers.all(group))
    expect(members).toHaveLength(74)
    expect(new Set(members.map(({ member_openid: one }) => one)).size).toBe(74)
    const old = await all(api.groupMembers.oldAll(group, { limit: 30 }))
    expect(new Set(old.map(({ member_openid: one }) => one))).toEqual(
      new Set(members.map(({ member_openid: one }) => one)),
    )
    expect(await api.groupMembers.get(group, id('ann'))).toMatchObject({ username: 'ann', bot: false })

    const until = new Date(clock.wall() + DAY).toISOString()
    await api.groupMutes.set(group, {
      members: [{ op: 'add', member_openid: id('bob'), mute_expire_at: until }],
    })
    expect(await api.groupMutes.get(group)).toMatchObject({ members: [{ username: 'bob' }] })
    expect(() => sim.group('room').user('bob').say('hi')).toThrow(/muted/)

    const gone = [0, 1].map((page) => Array.from({ length: 20 }, (_, n) => id(`user ${page * 20 + n}`)))
    for (const ids of gone)
      expect(
        await api.groupMembers.remove(group, { member_openids: ids, add_to_member_blacklist: true }),
      ).toMatchObject({ add_to_member_blacklist_fail_openids: [] })
    expect(await all(api.groupBlacklist.all(group, { limit: 15 }))).toHaveLength(40)
    await api.groupBlacklist.change(group, { op: 'del', member_openids: gone[0] ?? [] })
    expect(await all(api.groupBlacklist.all(group))).toHaveLength(20)

    const applied = ['cat', 'dan', 'eve'].map((name) => sim.group('room').askToJoin(name))
    const waiting = await all(api.joinRequests.all(group, { limit: 2 }))
    expect(waiting.map(({ join_request_id: one }) => one).toSorted()).toEqual(
      applied.map(({ id: one }) => one).toSorted(),
    )
    for (const request of waiting)
      await api.joinRequests.decide(group, request.member_openid, {
        op: request.username === 'cat' ? 'approve' : 'decline',
        join_request_id: request.join_request_id,
      })
    expect(await all(api.joinRequests.all(group))).toEqual([])
    expect(await api.groupMembers.get(group, id('cat'))).toMatchObject({ username: 'cat' })

    const strategy = await api.joinStrategies.create({ group_openids: [group], remark: 'friends' })
    const { strategy_id: strategyId } = strategy
    expect(await all(api.joinStrategies.all())).toEqual([strategy])
    sim.group('room').askToJoin('fay')
    const listed = { op: 'add', whitelist_users: [sim.user('fay').number] } as const
    expect(await api.joinStrategies.changeUsers(strategyId, listed)).toMatchObject({
      whitelist_user_count: 1,
    })
    await api.joinStrategies.execute(strategyId)
    await clock.advance(11 * 60_000)
    expect(await api.groupMembers.get(group, id('fay'))).toMatchObject({ username: 'fay' })
    expect(await api.joinStrategies.update(strategyId, { is_enable: 'off' })).toMatchObject({
      is_enable: 'off',
    })
    await api.joinStrategies.delete(strategyId)
    expect(await api.joinStrategies.list()).toEqual({ strategies: [], next_cursor: '' })

    expect([...called].filter((call) => call.includes(SECTION))).toHaveLength(18)
  }))

it('groups are not for everyone: 11253 and 11282 say what to do (§2.8)', async () => {
  await onPlatform(
    async ({ sim, api }) => {
      await expect(api.groups.info(sim.group('room').id)).rejects.toMatchObject({
        errCode: 11253,
        code: 'not_permitted',
      })
    },
    { bot: { groupManagement: false } },
  )
  await inRoom(async ({ sim, api, group }) => {
    sim.group('room').setBotRole('member')
    await expect(api.groupMutes.get(group)).rejects.toMatchObject({ errCode: 11282 })
    await expect(all(api.groupBlacklist.all(group))).rejects.toMatchObject({ errCode: 11282 })
  })
})

it('a whole group is read inside the documented 60 pages a minute (§2.6)', async () =>
  inRoom(async ({ sim, clock, api, group }) => {
    for (let n = 0; n < 1900; n += 1) sim.group('room').user(`user ${n}`).join()
    const reading = all(api.groupMembers.all(group))
    await clock.advance(60_000)
    expect(await reading).toHaveLength(1904)
    expect(sim.oracle.executed('group.members')).toBe(64)
  }))
