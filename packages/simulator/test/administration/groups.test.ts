import { describe, expect, it } from 'vitest'

import { listIn, textIn } from '../support/answers.js'
import { DAY, inRoom } from '../support/group-stage.js'
import { nowText as at } from '../support/guild-stage.js'
import { onStage } from '../support/stage.js'

describe('groups (§5.8)', () => {
  it('SM-01 describe themselves and the bot’s role', async () =>
    inRoom(async (stage) => {
      const { call, at: path, sim } = stage
      expect((await call('GET', path('/info'))).json).toEqual({
        group_openid: sim.group('room').id,
        group_name: 'room',
        group_finger_memo: '',
        group_class_text: '',
        group_tags: [],
        group_member_num: 4,
      })
      const state = {
        member_openid: expect.stringMatching(/^[0-9A-F]{32}$/),
        joined_at: at(stage),
        allow_proactive_msg: true,
        recv_msg_setting: 'only_mention',
        member_role: 'admin',
      }
      expect((await call('GET', path('/bot_state'))).json).toEqual(state)
      sim.group('room').refuse()
      sim.group('room').hearAll()
      sim.group('room').setBotRole('member')
      expect((await call('GET', path('/bot_state'))).json).toEqual({
        ...state,
        allow_proactive_msg: false,
        recv_msg_setting: 'all',
        member_role: 'member',
      })
    }))

  it('SM-01 list their members 30 at a time while people join and leave', async () =>
    inRoom(async (stage) => {
      const { call, at: path, sim, id } = stage
      const room = sim.group('room')
      for (let n = 0; n < 60; n += 1) room.user(`user ${n}`).join()
      room.setRole('bob', 'admin')
      const seen: string[] = []
      const sizes: number[] = []
      for (let cursor = '', more = true; more; more = cursor !== '') {
        const answer = await call('GET', path(`/members?cursor=${cursor}`))
        sizes.push(listIn(answer, 'members').length)
        seen.push(...listIn(answer, 'members').map(({ username }) => String(username)))
        cursor = textIn(answer, 'next_cursor')
        if (cursor !== '') room.user('user 59').leave()
      }
      expect(sizes).toEqual([30, 30, expect.any(Number)])
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen).toEqual(expect.arrayContaining(['owner', 'ann', 'bob', 'user 7', 'simulated-bot']))
      expect((await call('GET', path(`/members/${id('bob')}`))).json).toEqual({
        member_openid: id('bob'),
        username: 'bob',
        member_role: 'admin',
        bot: false,
        joined_at: at(stage),
        union_openid: expect.stringMatching(/^[0-9A-F]{32}$/),
      })
      const gone = await call('GET', path(`/members/${id('user 59')}`))
      expect(gone).toMatchObject({ status: 400, json: { code: 10001 } })
    }))

  it('SM-01 list their members in the older way', async () =>
    inRoom(async ({ post, at: path, clock }) => {
      const first = await post(path('/members'), { limit: 3, start_index: 0 })
      const joined = Math.floor(clock.wall() / 1000)
      const member = { member_openid: expect.any(String), join_timestamp: joined }
      expect(first.json).toEqual({ members: [member, member, member], next_index: 3 })
      const last = await post(path('/members'), { limit: 3, start_index: 3 })
      expect(last.json).toEqual({ members: [member], next_index: 0 })
    }))

  it('SM-01 remove members and can ban them', async () =>
    inRoom(async (stage) => {
      const { post, call, at: path, sim, id, socket } = stage
      const removed = await post(path('/batch_remove_members'), {
        member_openids: [id('ann'), id('owner')],
        add_to_member_blacklist: true,
      })
      expect(removed.json).toEqual({
        remove_members_result: [
          { member_openid: id('ann'), success: true },
          { member_openid: id('owner'), success: false },
        ],
        add_to_member_blacklist_fail_openids: [id('owner')],
      })
      const left = await socket.until(({ t }) => t === 'GROUP_MEMBER_REMOVE')
      expect(left.d).toMatchObject({ group_openid: sim.group('room').id, member_openid: id('ann') })
      const listed = {
        member_openid: id('ann'),
        username: 'ann',
        banned_at: at(stage),
        bot: false,
        union_openid: expect.any(String),
      }
      const list = async () => (await call('GET', path('/member_blacklist'))).json
      expect(await list()).toEqual({ users: [listed], next_cursor: '' })
      expect(() => sim.group('room').user('ann').join()).toThrow(/blacklist/)
      expect(() => sim.group('room').askToJoin('ann')).toThrow(/blacklist/)

      const del = await post(path('/member_blacklist'), { op: 'del', member_openids: [id('ann'), id('bob')] })
      expect(del.json).toEqual({ fail_openids: [id('bob')] })
      expect(await list()).toEqual({ users: [], next_cursor: '' })
      const add = { op: 'add', member_openids: [id('ann'), id('bob'), 'NOBODY'] }
      expect((await post(path('/member_blacklist'), add)).json).toEqual({
        fail_openids: [id('bob'), 'NOBODY'],
      })
    }))

  it('SM-01 page their blacklist', async () =>
    inRoom(async ({ post, call, at: path, sim, id }) => {
      for (let n = 0; n < 21; n += 1) {
        sim.group('room').user(`${n}`).join()
        sim.group('room').user(`${n}`).leave()
      }
      for (const from of [0, 20]) {
        const ids = Array.from({ length: from === 0 ? 20 : 1 }, (_, n) => id(`${from + n}`))
        await post(path('/member_blacklist'), { op: 'add', member_openids: ids })
      }
      const first = await call('GET', path('/member_blacklist'))
      expect(listIn(first, 'users')).toHaveLength(20)
      const cursor = textIn(first, 'next_cursor')
      const rest = await call('GET', path(`/member_blacklist?cursor=${cursor}&limit=100`))
      expect(rest.json).toMatchObject({ users: [{}], next_cursor: '' })
    }))

  it('SM-01 show applicants to an admin bot, which approves or rejects them', async () =>
    inRoom(async (stage) => {
      const { post, call, at: path, sim, id, socket } = stage
      const room = sim.group('room')
      const cat = room.askToJoin('cat', { message: 'let me in' })
      const asked = await socket.until(({ t }) => t === 'GROUP_JOIN_REQUEST')
      const request = {
        group_openid: room.id,
        join_request_id: cat.id,
        union_openid: expect.any(String),
        member_openid: id('cat'),
        username: 'cat',
        apply_at: at(stage),
        apply_source: 'self_apply',
        bot: false,
        verify_info: { method: 'verify_message', verify_message: 'let me in' },
      }
      expect(asked).toMatchObject({ id: cat.eventId, d: request })
      const answers = [{ question: 'who?', answer: 'me' }]
      const dan = room.askToJoin('dan', { answers, invitedBy: 'ann' })
      const list = (await call('GET', path('/join_request_list'))).json?.['list']
      expect(list).toHaveLength(2)
      expect(list).toContainEqual(request)
      expect(list).toContainEqual({
        ...request,
        join_request_id: dan.id,
        member_openid: id('dan'),
        username: 'dan',
        apply_source: 'invited',
        invited_by: id('ann'),
        verify_info: { method: 'admin_review_qa', review_qa_list: answers },
      })

      const approve = { op: 'approve', join_request_id: cat.id }
      expect(await post(path(`/approval_join_request/${id('cat')}`), approve)).toMatchObject({
        status: 200,
        text: '',
      })
      const came = await socket.until(
        ({ t, d }) => t === 'GROUP_MEMBER_ADD' && JSON.stringify(d).includes(id('cat')),
      )
      expect(came.d).toMatchObject({ member_openid: id('cat') })
      expect((await call('GET', path(`/members/${id('cat')}`))).status).toBe(200)
      const again = await post(path(`/approval_join_request/${id('cat')}`), approve)
      expect(again).toMatchObject({ status: 400, json: { code: 10001 } })

      const decline = {
        op: 'decline',
        join_request_id: dan.id,
        reject_reason: 'no',
        add_to_member_blacklist: true,
      }
      expect((await post(path(`/approval_join_request/${id('dan')}`), decline)).status).toBe(200)
      expect((await call('GET', path('/member_blacklist'))).json).toMatchObject({
        users: [{ username: 'dan' }],
      })
      expect((await call('GET', path('/join_request_list'))).json).toEqual({ list: [], next_cursor: '' })
    }))

  it('SM-01 hide applications from a bot that is no admin', async () =>
    onStage(async ({ sim }) => {
      expect(sim.group('room').askToJoin('cat')).toMatchObject({ eventId: null, strategy: null })
      expect(() => sim.group('room').askToJoin('owner')).toThrow(/already/)
    }))

  it('SM-01 mute members for up to 30 days', async () =>
    inRoom(async (stage) => {
      const { post, call, at: path, sim, id, clock } = stage
      const mute = async (...members: readonly object[]) => post(path('/restrict_chat_setting'), { members })
      const add = { op: 'add', member_openid: id('ann'), mute_expire_at: at(stage, 60_000) }
      expect(await mute(add)).toMatchObject({ status: 200, text: '' })
      const muted = async () => (await call('GET', path('/restrict_chat_setting'))).json
      expect(await muted()).toEqual({
        global_rule: { mode: 'none', schedule_rules: [], recurring_rules: [] },
        members: [
          {
            member_openid: id('ann'),
            username: 'ann',
            mute_expire_at: at(stage, 60_000),
            union_openid: expect.any(String),
          },
        ],
      })
      const ann = sim.group('room').user('ann')
      expect(() => ann.say('hello?')).toThrow(/muted until/)
      expect((await mute({ op: 'del', member_openid: id('ann'), mute_expire_at: '' })).status).toBe(200)
      expect(ann.say('hello!').id).not.toBe('')
      await mute({ ...add, op: 'update', mute_expire_at: at(stage, 30 * DAY) })
      expect(await muted()).toMatchObject({ members: [{ username: 'ann' }] })
      await clock.advance(30 * DAY)
      expect((await muted())?.['members']).toEqual([])
    }))

  it('SM-01 let an admin bot recall members’ messages', async () =>
    inRoom(async ({ call, at: path, sim }) => {
      const said = encodeURIComponent(sim.group('room').user('ann').say('oops').id)
      sim.group('room').setBotRole('member')
      expect((await call('DELETE', path(`/messages/${said}`))).json).toMatchObject({ code: 40062003 })
      sim.group('room').setBotRole('owner')
      expect((await call('DELETE', path(`/messages/${said}`))).status).toBe(200)
    }))
})
