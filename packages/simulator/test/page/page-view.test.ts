import { describe, expect, it } from 'vitest'

import type { LogEntryBody } from '../../src/core/kernel/log-entry.js'
import { createPageView, type PageView } from '../../src/page/view/page-view.js'
import { call, closed, frame, opened, replied, said, session } from '../support/entries.js'

/** A view after these entries, numbered from 1, one second apart. */
const viewOf = (...bodies: readonly LogEntryBody[]): PageView => {
  const view = createPageView('102000001')
  bodies.forEach((body, index) => view.apply({ n: index + 1, at: 1000 * (index + 1), ...body }))
  return view
}

describe('the view of the page, folded from the log', () => {
  it('follows a connection from its opening over READY to its end', () => {
    const bodies = [opened(), session('created'), frame({ s: 1 }), frame({ direction: 'in', op: 1 })] as const
    expect(viewOf(...bodies).whole().connections).toEqual([
      {
        id: '1',
        state: 'ready',
        appId: '102000001',
        shard: [0, 1],
        sessionId: 'S',
        sessionSince: 2000,
        openedAt: 1000,
        lastHeartbeatAt: 4000,
        seq: 1,
      },
    ])
    expect(viewOf(...bodies, closed()).whole().connections).toEqual([])
  })

  it('SM-24 a row knows its conversation: events, calls, clicks and pushes of each bot', () => {
    const group = { scene: 'group', peer: 'lab', peerId: 'G' } as const
    const event = { kind: 'event', bot: '102000001', t: 'X', sessions: [], pushed: true } as const
    const push = { kind: 'push', bot: '102000001', t: 'X', attempt: 1, status: 200, body: '' } as const
    const view = viewOf(
      opened(),
      session('created'),
      said('hi'),
      frame({ s: 2, text: '{"d":{"author":{"user_openid":"U"}}}' }),
      call(),
      call({ path: '/v2/users/unknown/messages' }),
      said('all', { ...group }),
      frame({ s: 3, text: '{"d":{"user_openid":"U","group_openid":"unknown"}}' }),
      call({ path: '/v2/groups/G/messages?x=1' }),
      call({ path: '/v2/groups/G/messages', bot: '2' }),
      { kind: 'press', ...group, bot: '102000001', author: 'eve', id: 'P', message: null, button: 'b' },
      call({ method: 'PUT', path: '/interactions/P' }),
      { ...event, id: 'E', conversation: 'G eve' },
      { ...push, push: 1, id: 'E', outcome: 'accepted' },
      { ...event, id: 'L', conversation: 'U ann', pushed: false },
      call({ bot: null, path: '/app/getAppAccessToken' }),
    )
    expect(view.whole().feed.map(({ room }) => room)).toEqual([
      null,
      null,
      'c2c:ann',
      'c2c:ann',
      null,
      'c2c:ann',
      'group:lab',
      null,
      'group:lab',
      'group:lab',
      'c2c:ann',
      null,
    ])
  })

  it('keeps the start of the session over a resume', () => {
    const view = viewOf(opened(1), session('created', 1), closed(1), opened(2), session('resumed', 2))
    expect(view.whole().connections).toMatchObject([{ id: '2', sessionSince: 2000, openedAt: 4000 }])
    expect(view.whole().notes.map(({ what }) => what)).toEqual([
      'session.created',
      'closed',
      'session.resumed',
    ])
  })

  it('reports each change once', () => {
    const view = viewOf(opened(), said('hi'))
    expect(Object.keys(view.takeChanges() ?? {}).sort()).toEqual(['connections', 'feed', 'messages'])
    expect(view.takeChanges()).toBeNull()
  })

  it('adds rooms and people from the log, and on request of the page', () => {
    const view = viewOf(said('hi', { scene: 'group', peer: 'lab', author: 'eve' }))
    view.addPerson('102000001', 'group', 'lab', 'fred')
    expect(view.whole().rooms.at(-1)).toEqual({
      id: 'group:lab',
      bot: '102000001',
      scene: 'group',
      name: 'lab',
      people: ['eve', 'fred'],
    })
  })

  it('keeps a recalled message in its place', () => {
    const view = viewOf(
      replied({ content: 'a' }),
      said('b'),
      replied({ content: 'a' }, { change: 'recalled' }),
    )
    expect(view.whole().messages.map(({ id, order, state }) => ({ id, order, state }))).toEqual([
      { id: 'out-1', order: 1, state: 'recalled' },
      { id: 'in-b', order: 2, state: 'sent' },
    ])
  })

  it('finds quotes by reference index and names by id', () => {
    const view = viewOf(
      said('hi', { payload: { author: { id: 'A1' } }, refIdx: 'REFIDX_1==' }),
      replied({ content: 'to <@A1>', message_reference: { message_id: 'REFIDX_1==' } }, { scene: 'channel' }),
    )
    expect(view.message('out-1')).toMatchObject({
      text: 'to <@A1>',
      names: { A1: 'ann' },
      quote: { id: 'in-hi', author: 'ann', text: 'hi' },
    })
  })

  it('SM-17 shows reactions with their people, and takes them back', () => {
    const reaction = (change: 'added' | 'removed', author: string): LogEntryBody => ({
      kind: 'reaction',
      change,
      bot: '102000001',
      scene: 'channel',
      peer: 'general',
      peerId: 'C',
      author,
      message: 'in-hi',
      emoji: '👍',
    })
    const entries = [said('hi'), reaction('added', 'bob'), reaction('added', 'cat')]
    expect(viewOf(...entries).message('in-hi')?.reactions).toEqual([{ emoji: '👍', people: ['bob', 'cat'] }])
    expect(viewOf(...entries, reaction('removed', 'bob')).message('in-hi')?.reactions).toEqual([
      { emoji: '👍', people: ['cat'] },
    ])
    const gone = [reaction('removed', 'bob'), reaction('removed', 'cat')]
    expect(viewOf(...entries, ...gone).message('in-hi')?.reactions).toEqual([])
  })

  it('tells conversations of several bots apart', () => {
    const view = viewOf(said('hi', { bot: '102000002' }))
    expect(view.whole().messages).toMatchObject([{ room: '102000002:c2c:ann' }])
    expect(view.whole().rooms.at(-1)).toMatchObject({
      id: '102000002:c2c:ann',
      bot: '102000002',
      name: 'ann',
    })
  })

  it('SM-02 keeps what a fault did, after its last strike too', () => {
    const fault = (change: 'added' | 'struck' | 'cleared', where = ''): LogEntryBody => ({
      kind: 'fault',
      change,
      fault: 'F',
      what: 'call: {}',
      where,
    })
    const view = viewOf(fault('added'), fault('struck', 'c2c.send ann'), fault('struck', 'c2c.send bob'))
    expect(view.faultHistory.get('F')).toEqual({
      strikes: 2,
      last: { at: 3000, where: 'c2c.send bob' },
      what: 'call: {}',
      cleared: false,
    })
    view.forgetFault('F')
    expect(view.faultHistory.size).toBe(0)
  })

  it.each([
    (text: string) => ({ content_type: 'markdown', content_raw: text }),
    (text: string) => ({ msg_type: 2, markdown: { content: text }, stream: { state: 1 } }),
  ])('lets a streamed message grow in its place', (body) => {
    const chunk = (text: string, whole: string): LogEntryBody =>
      replied(body(text), { id: 'stream', content: whole, change: 'streaming' })
    const view = viewOf(chunk('one', 'one'), said('hi'), chunk(' two', 'one two'))
    expect(view.whole().messages.map(({ markdown, text }) => markdown ?? text)).toEqual(['one two', 'hi'])
  })

  it('SM-16 shows that the bot is typing, until its next message', () => {
    const typing = {
      kind: 'typing',
      bot: '102000001',
      scene: 'c2c',
      peer: 'ann',
      peerId: 'U',
      author: 'bot',
      id: 'T',
      replyTo: 'in-hi',
      ms: 10_000,
    } as const
    const shown = { room: 'c2c:ann', author: 'bot', until: 12_000 }
    expect(viewOf(said('hi'), typing).whole()).toMatchObject({ typing: [shown], messages: [{ text: 'hi' }] })
    expect(viewOf(said('hi'), typing, said('still?')).whole().typing).toEqual([shown])
    expect(viewOf(said('hi'), typing, replied({ content: 'a' })).whole().typing).toEqual([])
  })

  it('keeps presses until the bot acknowledges them', () => {
    const view = viewOf()
    const where = { bot: 'B', scene: 'c2c', peer: 'ann', peerId: 'U', author: 'ann' } as const
    view.apply({ n: 1, at: 1, kind: 'press', ...where, id: 'I1', message: 'm', button: 'b' })
    expect(view.takeChanges()?.presses).toEqual([
      { message: 'm', button: 'b', person: 'ann', at: 1, code: null },
    ])
    const told = { ms: 1, by: 'call', shown: null } as const
    view.apply({ n: 1, at: 1, kind: 'interaction', bot: 'B', id: 'other', code: 0, ...told })
    expect(view.takeChanges()).toBeNull()
    view.apply({ n: 2, at: 2, kind: 'interaction', bot: 'B', id: 'I1', code: 4, ...told })
    expect(view.takeChanges()?.presses).toMatchObject([{ code: 4 }])
  })

  it('stays bounded under any number of entries', () => {
    const view = createPageView('102000001')
    for (let n = 1; n <= 5000; n += 1) {
      view.apply({ n, at: n, ...said(String(n)) })
      view.apply({ n, at: n, ...call() })
    }
    const { messages, feed } = view.whole()
    expect([messages.length, feed.length]).toEqual([1000, 500])
    expect(view.takeChanges()?.messages).toHaveLength(1000)
    expect(messages.at(-1)?.text).toBe('5000')
  })
})

describe('the lines of the feed', () => {
  const lineOf = (body: LogEntryBody) => viewOf(body).whole().feed[0]

  it.each([
    [frame({ t: 'READY', s: 1 }), 'DISPATCH', 'READY', 's 1', 'good', false],
    [frame({ op: 7 }), 'RECONNECT', '', '', 'bad', false],
    [frame({ op: 11 }), 'HEARTBEAT ACK', '', '', 'calm', true],
    [frame({ op: 11, fault: 'fault-1' }), 'HEARTBEAT ACK', '', 'fault-1', 'bad', false],
    [frame({ op: 77 }), 'op 77', '', '', 'calm', false],
    [call(), 'POST', '/v2/users/U/messages', '200', 'good', false],
    [call({ status: 400, code: 40034005 }), 'POST', '/v2/users/U/messages', '400 40034005', 'bad', false],
    [call({ status: 0, fault: 'fault-2' }), 'POST', '/v2/users/U/messages', '— fault-2', 'bad', false],
    [closed(1, 4009), 'closed', '', '4009', 'bad', false],
    [session('resumed'), 'session.resumed', 'S', 's 1', 'good', false],
  ])('%#: %j', (body, verb, subject, result, tone, beat) => {
    expect(lineOf(body)).toMatchObject({ verb, subject, result, tone, beat })
  })

  it('shows a line for an event without receivers, and none for an event with a frame', () => {
    const event = {
      kind: 'event',
      bot: 'B',
      t: 'FRIEND_ADD',
      id: 'E',
      conversation: '',
      pushed: false,
    } as const
    expect(lineOf({ ...event, sessions: [] })).toMatchObject({ verb: 'event.lost', tone: 'bad' })
    expect(lineOf({ ...event, sessions: [{ session: 'S', s: 2, live: false }] })).toMatchObject({
      verb: 'event.kept',
    })
    expect(lineOf({ ...event, sessions: [{ session: 'S', s: 2, live: true }] })).toBeUndefined()
  })
})
