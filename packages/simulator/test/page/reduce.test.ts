import { describe, expect, it } from 'vitest'

import { reduce, type Action } from '../../page/store/reduce.js'
import {
  conversationOf,
  currentRoom,
  missedWhilePaused,
  botPresence,
  speakerOf,
  summaries,
  visibleFeed,
} from '../../page/store/select.js'
import {
  FEED_LIMIT,
  FEED_SIZE,
  initialState,
  MESSAGE_LIMIT,
  OUTPUT_LIMIT,
  type State,
} from '../../page/store/state.js'
import type {
  PageConnection,
  PageFeedEntry,
  PageMessage,
  PageSnapshot,
} from '../../src/page/contract/wire.js'

const line = (seq: number, fields: Partial<PageFeedEntry> = {}): PageFeedEntry => ({
  seq,
  at: seq,
  kind: 'frame',
  direction: 'out',
  verb: 'DISPATCH',
  subject: 'READY',
  gist: '',
  bot: null,
  room: null,
  result: '',
  tone: 'calm',
  beat: false,
  connection: '1',
  detail: null,
  ...fields,
})

const message = (order: number, fields: Partial<PageMessage> = {}): PageMessage => ({
  id: `m${order}`,
  room: 'c2c:ann',
  order,
  at: order,
  from: 'bot',
  author: 'bot',
  text: '',
  markdown: null,
  names: {},
  files: [],
  card: null,
  other: null,
  buttons: [],
  proactive: false,
  quote: null,
  reactions: [],
  state: 'sent',
  ...fields,
})

const connection: PageConnection = {
  id: '1',
  state: 'ready',
  appId: 'B',
  shard: [0, 1],
  sessionId: 'S',
  sessionSince: 1,
  openedAt: 1,
  lastHeartbeatAt: null,
  seq: 1,
}

const snapshot: PageSnapshot = {
  version: 1,
  now: 5000,
  bot: { appId: 'B', name: 'bot', secret: null, baseUrl: 'http://x', tokenUrl: 'http://x/t' },
  bots: [],
  places: {},
  connections: [],
  rooms: [
    { bot: 'B', id: 'c2c:ann', scene: 'c2c', name: 'ann', people: ['ann'] },
    { bot: 'B', id: 'group:g', scene: 'group', name: 'g', people: ['bob', 'cat'] },
  ],
  messages: [],
  notes: [],
  output: [],
  feed: [],
  faults: [],
  switches: [],
  offers: [],
  presses: [],
  typing: [],
  routes: [],
  incidents: [],
  playing: [],
  clock: null,
}

const after = (...actions: readonly Action[]): State =>
  [{ type: 'snapshot', snapshot, now: 1000 } as const, ...actions].reduce<State>(reduce, initialState('en'))

const update = (fields: Omit<Extract<Action, { type: 'update' }>['update'], 'now'>): Action => ({
  type: 'update',
  update: { now: 5000, ...fields },
  now: 1000,
})

describe('the state of the page', () => {
  it('takes the simulator’s clock and its first room from a snapshot', () => {
    expect(after()).toMatchObject({ clockOffset: 4000, room: 'c2c:ann', link: 'live' })
  })

  it('appends lines once, even when a snapshot and an update overlap, and drops the oldest', () => {
    const lines = Array.from({ length: FEED_LIMIT }, (_, index) => line(index + 1))
    const state = after(update({ feed: lines }), update({ feed: [line(FEED_LIMIT), line(FEED_LIMIT + 1)] }))
    expect(state.feed).toHaveLength(FEED_LIMIT)
    expect([state.feed[0]?.seq, state.feed.at(-1)?.seq]).toEqual([2, FEED_LIMIT + 1])
  })

  it('keeps lines of a bounded size', () => {
    const large = (seq: number) => ({ ...line(seq), detail: 'x'.repeat(FEED_SIZE / 4) })
    const state = after(
      update({ feed: [large(1), large(2), large(3)] }),
      update({ feed: [large(4), large(5)] }),
    )
    expect(state.feed.map(({ seq }) => seq)).toEqual([2, 3, 4, 5])
    expect(state.feedSize).toBe(FEED_SIZE)
  })

  it('SM-30 appends lines of the output once, in bounds, until a snapshot of another process', () => {
    const told = (order: number) => ({ order, at: 1, from: 'stdout', level: 'info', text: 'x' }) as const
    const many = Array.from({ length: OUTPUT_LIMIT }, (_, index) => told(index + 1))
    const state = after(
      update({ output: many }),
      update({ output: many.slice(-1) }),
      update({ output: [told(9001)] }),
    )
    expect(state.output).toEqual([...many.slice(1), told(9001)])
    expect(reduce(state, { type: 'snapshot', snapshot, now: 1000 }).output).toEqual([])
  })

  it('replaces a message that changed and keeps the order of the conversation', () => {
    const state = after(
      update({ messages: [message(2), message(1)] }),
      update({ messages: [message(1, { state: 'recalled' })] }),
    )
    expect(state.messages.map(({ id, state: kept }) => [id, kept])).toEqual([
      ['m1', 'recalled'],
      ['m2', 'sent'],
    ])
  })

  it('keeps a bounded number of messages', () => {
    const many = Array.from({ length: MESSAGE_LIMIT + 10 }, (_, index) => message(index))
    expect(after(update({ messages: many })).messages).toHaveLength(MESSAGE_LIMIT)
  })

  it('counts the bot’s messages in other rooms as unread until the room is opened', () => {
    const state = after(
      update({
        messages: [
          message(1),
          message(2, { room: 'group:g' }),
          message(3, { room: 'group:g', from: 'person' }),
        ],
      }),
    )
    expect(summaries(state).map(({ unread, last }) => [unread, last?.order])).toEqual([
      [0, 1],
      [1, 3],
    ])
    expect(summaries(reduce(state, { type: 'room', room: 'group:g' }))[1]?.unread).toBe(0)
  })

  it('pauses the feed, counts new lines, and continues with all of them', () => {
    const paused = after(
      update({ feed: [line(1)] }),
      { type: 'pause', paused: true },
      update({ feed: [line(2), line(3)] }),
    )
    expect([visibleFeed(paused).length, missedWhilePaused(paused)]).toEqual([1, 2])
    expect(visibleFeed(reduce(paused, { type: 'pause', paused: false }))).toHaveLength(3)
  })

  it('clears lines, also while paused, without losing later ones', () => {
    const cleared = after(update({ feed: [line(1)] }), { type: 'clear' }, update({ feed: [line(2)] }))
    expect(visibleFeed(cleared).map(({ seq }) => seq)).toEqual([2])
  })

  it('shows the lines of a restarted simulator', () => {
    const state = after(
      update({ feed: [line(900)] }),
      { type: 'clear' },
      { type: 'snapshot', snapshot: { ...snapshot, feed: [line(1)] }, now: 0 },
      update({ feed: [line(2)] }),
    )
    expect(visibleFeed(state).map(({ seq }) => seq)).toEqual([2])
  })

  it('SM-24 filters of the feed can be combined: kinds, ways, bot, conversation, problems, heartbeats and words', () => {
    const state = after(
      update({
        feed: [
          line(1, { beat: true }),
          line(2, { kind: 'call', subject: '/gateway' }),
          line(3, { detail: '{"x":"needle"}', bot: 'B', room: 'group:g' }),
          line(4, { kind: 'call', tone: 'bad', direction: 'in', bot: 'B', gist: 'needle' }),
          line(5, { kind: 'event', direction: 'none' }),
        ],
      }),
      { type: 'room', room: 'group:g' },
    )
    const seqs = (filter: Partial<State['filter']>): number[] =>
      visibleFeed(reduce(state, { type: 'filter', filter })).map(({ seq }) => seq)
    expect(seqs({})).toEqual([2, 3, 4, 5])
    expect(seqs({ beats: true })).toEqual([1, 2, 3, 4, 5])
    expect(seqs({ kinds: ['call'] })).toEqual([2, 4])
    expect(seqs({ kinds: ['call', 'event'] })).toEqual([2, 4, 5])
    expect(seqs({ kinds: ['call'], direction: 'in' })).toEqual([4])
    expect(seqs({ here: true })).toEqual([3])
    expect(seqs({ bot: 'B' })).toEqual([3, 4])
    expect(seqs({ bot: 'B', trouble: true })).toEqual([4])
    expect(seqs({ text: 'NEEDLE' })).toEqual([3, 4])
    expect(seqs({ text: ' needle  x ' })).toEqual([3])
    expect(seqs({ text: 'needle -x -' })).toEqual([4])
    expect(seqs({ text: 'needle', kinds: ['event'] })).toEqual([])
  })

  it('keeps a room that was just made until the next list of rooms has it, or has not', () => {
    const made = after({ type: 'room', room: 'group:lab' })
    const lab = { ...snapshot.rooms[0]!, id: 'group:lab' }
    const quiet = reduce(made, update({ connections: [] }))
    expect(currentRoom(reduce(quiet, update({ rooms: [...snapshot.rooms, lab] })))?.id).toBe('group:lab')
    expect(currentRoom(reduce(quiet, update({ rooms: snapshot.rooms })))).toEqual(snapshot.rooms[0])
  })

  it('lets the first person of a room speak until another is chosen, and falls back when that person is gone', () => {
    const state = after({ type: 'room', room: 'group:g' })
    const room = currentRoom(state)
    if (!room) throw new Error('no room')
    expect(speakerOf(state, room)).toBe('bob')
    const chosen = reduce(state, { type: 'speaker', room: 'group:g', person: 'cat' })
    expect(speakerOf(chosen, room)).toBe('cat')
    expect(speakerOf(chosen, { ...room, people: ['bob'] })).toBe('bob')
  })

  it('shows notes on the connection only between the messages of a room', () => {
    const note = { at: 1, code: 0, room: null, text: '', card: null } as const
    const notes = [
      { ...note, order: 1, what: 'session.created' },
      { ...note, order: 5, what: 'closed', code: 1006 },
    ] as const
    const state = after(update({ notes, messages: [message(3)] }), update({ notes: [notes[1]] }))
    expect(conversationOf(state, 'c2c:ann').map(({ order }) => order)).toEqual([3, 5])
    expect(conversationOf(state, 'group:g')).toEqual([])
    const own = after(
      update({ notes: [{ ...note, order: 2, what: 'muted', room: 'group:g' }], messages: [message(1)] }),
    )
    expect(conversationOf(own, 'group:g').map(({ order }) => order)).toEqual([2])
    expect(conversationOf(own, 'c2c:ann').map(({ order }) => order)).toEqual([1])
  })

  it.each([
    [[], [], 'never'],
    [[{ ...connection, state: 'greeted' }], [], 'joining'],
    [[connection], [], 'online'],
    [[{ ...connection, state: 'frozen' }], [], 'frozen'],
    [[], [line(1)], 'away'],
  ] as const)('%#: says how the bot is doing', (connections, feed, presence) => {
    expect(botPresence(after(update({ connections, feed })))).toBe(presence)
  })
})
