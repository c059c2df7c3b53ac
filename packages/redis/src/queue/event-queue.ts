import { systemClock } from '@qqkit/core'

import type { SendCommand } from '../port/connection.js'
import { ServerTime } from './server-time.js'
import { markOf, type StopMark } from './stop-mark.js'
import type { QueueSnapshot } from './audit.js'
import type { SessionLock } from './session-locks.js'
import {
  claimClicksScript,
  joinScript,
  noteScript,
  openScript,
  publishScript,
  runScript,
  snapshotScript,
  statusScript,
  stopScript,
  tickScript,
  unfinishedScript,
  workScript,
} from './scripts.js'

/** An event to append. */
export interface NewEvent {
  /** Equal for all copies of a message; empty: not compared. */
  readonly digest: string
  /** Events of one conversation are handled in order. */
  readonly conversation: string
  readonly body: string
  /** Whether it goes to the lane of orders. It is numbered among the others all the same. */
  readonly order?: boolean
  /** Whether it is a click without an acknowledgement, whose code no publisher waits for. */
  readonly unanswered?: boolean
}

/** The outcome of an event: appended, appended before under its number, or a copy. */
export type Fate = 'new' | 'had' | 'duplicate'

/** The answer to a publisher. With fewer fates than events the queue is full. */
export type PublishAnswer =
  | { readonly kind: 'fenced' }
  | { readonly kind: 'gap'; readonly mark: number }
  | { readonly kind: 'taken'; readonly fates: readonly Fate[] }

/** How a source is opened. */
export interface OpenOptions {
  /** Whether it must still be the caller's. */
  readonly again: boolean
  /** Its mark from now on; `null`: the one that it has. */
  readonly mark: number | null
  /** The lock of the caller on its session, where it had one: the source is not opened while another process has that. */
  readonly lock?: SessionLock | null
}

/** The answer to the opening of a source. */
export type OpenAnswer =
  | { readonly kind: 'fenced' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'open'; readonly mark: number }

/** An event in the hands of a worker. */
export interface EventName {
  readonly conversation: string
  readonly id: string
}

/** How an event ends: handled, left to another worker, given up, or declined, so that a copy for the bot is no copy. */
export type Outcome = 'done' | 'back' | 'dead' | { readonly declined: string }

/** An event and how it ended; `declined` names its digest. */
export interface Settled extends EventName {
  readonly outcome: Outcome
}

/** An event that a worker has taken. */
export interface TakenEvent extends EventName {
  /** How many workers died with it. */
  readonly lives: number
  /** Empty if the server has lost it. */
  readonly body: string
  /** How far the person has stopped what was said there; `null` for not at all. */
  readonly stop: StopMark | null
}

/** An order of a person to a conversation. */
export interface StopOrder {
  readonly conversation: string
  /** The id before which events are stopped: its own, or a smaller one. */
  readonly before: string
  /** Wall ms of the platform; `null` if unknown. */
  readonly said: number | null
  /** Whether what waits is stopped as well. */
  readonly waiting: boolean
}

/** A conversation at the moment when an order stopped it. */
export interface StoppedConversation {
  /** The token of the worker that handles its first event; `null` for none. */
  readonly owner: string | null
  /** How far the order reaches; `null` where it stops nothing. */
  readonly mark: StopMark | null
  /** In their order; of the first one, whether a worker has begun it. */
  readonly events: readonly { readonly id: string; readonly body: string; readonly begun: boolean }[]
}

/** The answer to a worker. */
export interface WorkAnswer {
  /** Whether its lease lives; without one nothing is taken. */
  readonly live: boolean
  /** Places of the settlements of events that it does not own. */
  readonly lost: readonly number[]
  readonly taken: readonly TakenEvent[]
}

/** The answer to the renewal of a lease; `gone`: it ran out and was reaped. */
export type TickAnswer = { readonly kind: 'kept'; readonly workers: number } | { readonly kind: 'gone' }

/** The answer to a process that joins. */
export interface JoinAnswer {
  /** How many there are, this one included; some may have died since. */
  readonly workers: number
  /** Places of the events that it runs no more. */
  readonly lost: readonly number[]
}

/** A note about one send of an event. */
export interface SendNote extends EventName {
  /** Unique to one handling of the event; ends with a blank. */
  readonly run: string
  /** Whether this run has written nothing yet. */
  readonly first: boolean
  readonly name: string
  /** The note of another run that this one continues; empty for none. */
  readonly over: string
  /** Begins with the run; empty: removes the note. */
  readonly note: string
}

/** The answer to a note. `known`: other runs have written these notes by name, and nothing was changed. */
export type NoteAnswer =
  | { readonly kind: 'kept' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'known'; readonly notes: ReadonlyMap<string, string> }

/** The events between publishers and workers. The server's scripts, and the model of the tests. */
export interface EventQueue {
  /** The channel on which workers learn that something became ready. */
  readonly channel: string
  /** The channel on which workers hear what persons have stopped. */
  readonly orders: string
  /** The key of the owners of conversations. */
  readonly ownKey: string
  open(source: string, token: string, options: OpenOptions): Promise<OpenAnswer>
  publish(
    source: string,
    token: string,
    batch: { first: number; most: number; events: readonly NewEvent[] },
  ): Promise<PublishAnswer>
  work(token: string, most: number, settled: readonly Settled[]): Promise<WorkAnswer>
  tick(token: string, options: { ttl: number; reap: boolean }): Promise<TickAnswer>
  join(
    name: string,
    token: string,
    options: { ttl: number; running: readonly EventName[] },
  ): Promise<JoinAnswer>
  /**
   * Takes over the acknowledgement of clicks that wait, and returns their bodies. From now on they count as acknowledged, so that no two
   * workers get one.
   */
  claimClicks(): Promise<readonly string[]>
  /** Which of these digests are known: events that came lately, and were not declined. */
  seen(digests: readonly string[]): Promise<ReadonlySet<string>>
  /** Writes down what is sent for an event. */
  note(token: string, note: SendNote): Promise<NoteAnswer>
  /** What is unfinished in a conversation, in its order. */
  unfinished(conversation: string): Promise<readonly { readonly id: string; readonly body: string }[]>
  /** Stops what is older in a conversation, for a day: it is not begun any more, and who handles it hears of it. */
  stop(order: StopOrder): Promise<StoppedConversation>
  /** How far persons have stopped these conversations. */
  stops(conversations: readonly string[]): Promise<ReadonlyMap<string, StopMark>>
  /** The event that is handled in a conversation, and the token of its worker; `null` for none. */
  owner(conversation: string): Promise<{ readonly id: string; readonly token: string } | null>
  /** Everything at one moment. */
  snapshot(): Promise<QueueSnapshot>
}

/** A part of a queue with slots of its own. */
export type QueueLane = 'events' | 'clicks'

const FATES: Readonly<Record<string, Fate>> = { n: 'new', h: 'had', d: 'duplicate' }

/** The keys of a queue: `src` is followed by the name of a source, `out` by the id of an event. */
interface QueueKeys {
  readonly ev: string
  readonly ctr: string
  readonly ready: string
  readonly own: string
  readonly wait: string
  readonly tries: string
  readonly workers: string
  readonly dead: string
  readonly wake: string
  readonly stops: string
  readonly unanswered: string
  readonly src: string
  readonly out: string
  readonly dd: readonly string[]
}

/** Copies are the same in all lanes. */
const keysOf = (prefix: string, digests: string): QueueKeys => ({
  ev: `${prefix}ev`,
  ctr: `${prefix}ctr`,
  ready: `${prefix}ready`,
  own: `${prefix}own`,
  wait: `${prefix}wait`,
  tries: `${prefix}tries`,
  workers: `${prefix}workers`,
  dead: `${prefix}dead`,
  wake: `${prefix}wake`,
  stops: `${prefix}stops`,
  unanswered: `${prefix}unanswered`,
  src: `${prefix}src:`,
  out: `${prefix}out:`,
  dd: [0, 1, 2].map((bucket) => `${digests}dd:${bucket}`),
})

const numbers = (reply: unknown): readonly number[] => (reply as readonly unknown[]).map(Number)
const texts = (reply: unknown): readonly string[] => (reply as readonly unknown[]).map(String)

/** Pairs of a flat list. */
const pairs = (flat: readonly string[]): readonly (readonly [string, string])[] =>
  Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!] as const)

/** An id and a token, as the server has them. */
const ownerOf = (text: string): { readonly id: string; readonly token: string } | null => {
  const at = text.indexOf(' ')
  return at < 0 ? null : { id: text.slice(0, at), token: text.slice(at + 1) }
}

/** In the unit of ids. */
const microseconds = (ms: number | null): string => (ms === null ? '' : (ms * 1000).toFixed(0))

/** Begins the names of sources that end with their process; these are forgotten when no publisher opens them for an hour. */
export const OF_PROCESS = 'process:'
const FORGET = '3600000'

/** How much is in a queue. */
export interface QueueStatus {
  /** Conversations that wait for a worker. */
  readonly ready: number
  /** Conversations that are being handled. */
  readonly running: number
  /** All unfinished events. */
  readonly events: number
  /** Wall ms of the server at which the first event came that waits for a worker; `null` when none waits. */
  readonly oldest: number | null
  /** Workers whose lease has not run out. */
  readonly workers: number
  /** Events that were given up, up to 1000. */
  readonly dead: number
}

/** The queue on a server. */
export class RedisQueue implements EventQueue {
  readonly channel: string
  readonly orders: string
  readonly ownKey: string
  readonly #send: SendCommand
  readonly #keys: QueueKeys
  /** Of the lane to which orders go. */
  readonly #orderKeys: QueueKeys
  readonly #time: ServerTime

  /**
   * @param prefix of all keys of the bot, with the separator
   * @param time by which leases run
   */
  constructor(
    send: SendCommand,
    prefix: string,
    time: ServerTime = new ServerTime({ key: `${prefix}clock`, clock: systemClock }),
    lane: QueueLane = 'events',
  ) {
    this.#time = time
    this.#send = send
    this.#orderKeys = keysOf(`${prefix}ix:`, prefix)
    this.#keys = lane === 'events' ? keysOf(prefix, prefix) : this.#orderKeys
    this.channel = this.#keys.wake
    this.orders = `${prefix}orders`
    this.ownKey = this.#keys.own
  }

  async open(source: string, token: string, { again, mark, lock = null }: OpenOptions): Promise<OpenAnswer> {
    const expiry = source.startsWith(OF_PROCESS) ? FORGET : ''
    const args = [token, again ? '1' : '0', mark === null ? '' : String(mark), expiry]
    const keys = [this.#keys.src + source]
    if (lock) {
      keys.push(lock.key)
      args.push(lock.token)
    }
    const reply = await runScript(this.#send, openScript, keys, args)
    const [kind, known] = texts(reply)
    if (kind === 'open') return { kind, mark: Number(known) }
    return { kind: kind === 'fenced' ? 'fenced' : 'absent' }
  }

  async publish(
    source: string,
    token: string,
    { first, most, events }: { first: number; most: number; events: readonly NewEvent[] },
  ): Promise<PublishAnswer> {
    const { ev, ctr, ready, own, wait, src, dd, unanswered, wake } = this.#keys
    const orders = this.#orderKeys
    const clicks = events.some((one) => one.unanswered)
      ? events.map((one) => (one.unanswered ? '1' : '0')).join('')
      : ''
    const args = [token, String(first), String(most), wake, orders.wake, clicks]
    for (const { digest, conversation, body, order } of events)
      args.push(digest, order ? `\0${conversation}` : conversation, body)
    const keys = [ev, ctr, ready, own, wait, src + source, ...dd, unanswered]
    if (events.some(({ order }) => order))
      keys.push(orders.ev, orders.ctr, orders.ready, orders.own, orders.wait)
    const [kind, detail = ''] = texts(await runScript(this.#send, publishScript, keys, args))
    if (kind === 'taken') return { kind, fates: Array.from(detail, (letter) => FATES[letter]!) }
    return kind === 'gap' ? { kind, mark: Number(detail) } : { kind: 'fenced' }
  }

  async work(token: string, most: number, settled: readonly Settled[]): Promise<WorkAnswer> {
    const { workers, own, ready, ev, wait, tries, dead, wake, out, dd, stops } = this.#keys
    const args = [token, String(most), wake, this.#time.host]
    for (const { conversation, id, outcome } of settled)
      args.push(conversation, id, typeof outcome === 'string' ? outcome : `declined ${outcome.declined}`)
    const sends = settled.map(({ id }) => out + id)
    const keys = [workers, own, ready, ev, wait, tries, dead, this.#time.key, ...dd, stops, ...sends]
    const reply = await runScript(this.#send, workScript, keys, args)
    const [live, lost, flat, stopped] = reply as readonly [number, ...(readonly unknown[])[]]
    const fields = texts(flat)
    const marks = texts(stopped)
    const taken: TakenEvent[] = []
    for (let at = 0; at < fields.length; at += 4) {
      const [conversation, id, lives, body] = fields.slice(at, at + 4) as [string, string, string, string]
      taken.push({ conversation, id, lives: Number(lives), body, stop: null })
    }
    for (let at = 0; at < marks.length; at += 3) {
      const [place, before, said] = marks.slice(at, at + 3) as [string, string, string]
      taken[Number(place)] = { ...taken[Number(place)]!, stop: markOf(before, said) }
    }
    return { live: live === 1, lost: numbers(lost), taken }
  }

  async tick(token: string, { ttl, reap }: { ttl: number; reap: boolean }): Promise<TickAnswer> {
    const { workers, own, ready, tries, wake } = this.#keys
    const args = [token, String(ttl), reap ? '1' : '0', wake]
    const { reply } = await this.#time.run(this.#send, tickScript, [workers, own, ready, tries], args)
    const count = Number(reply[0])
    return count === 0 ? { kind: 'gone' } : { kind: 'kept', workers: count }
  }

  async join(
    name: string,
    token: string,
    { ttl, running }: { ttl: number; running: readonly EventName[] },
  ): Promise<JoinAnswer> {
    const { workers, own, ready, wake } = this.#keys
    const args = [name, token, String(ttl), wake]
    for (const { conversation, id } of running) args.push(conversation, id)
    const { reply } = await this.#time.run(this.#send, joinScript, [workers, own, ready], args)
    const [count, lost] = reply as readonly [number, readonly unknown[]]
    return { workers: count, lost: numbers(lost) }
  }

  async claimClicks(): Promise<readonly string[]> {
    // No other lane has clicks.
    if (this.#keys !== this.#orderKeys) return []
    const { unanswered, own, ev } = this.#keys
    return texts(await runScript(this.#send, claimClicksScript, [unanswered, own, ev], []))
  }

  async seen(digests: readonly string[]): Promise<ReadonlySet<string>> {
    const sets = await Promise.all(
      this.#keys.dd.map(async (key) => this.#send(['SMISMEMBER', key, ...digests])),
    )
    return new Set(digests.filter((_, index) => sets.some((found) => numbers(found)[index] === 1)))
  }

  async note(
    token: string,
    { conversation, id, run, first, name, over, note }: SendNote,
  ): Promise<NoteAnswer> {
    const { own, out } = this.#keys
    const args = [conversation, `${id} ${token}`, run, first ? '1' : '0', name, over, note]
    const [kind, notes] = (await runScript(this.#send, noteScript, [own, out + id], args)) as readonly [
      unknown,
      unknown,
    ]
    if (String(kind) === 'known') return { kind: 'known', notes: new Map(pairs(texts(notes))) }
    return { kind: String(kind) === 'kept' ? 'kept' : 'lost' }
  }

  async unfinished(conversation: string): Promise<readonly { readonly id: string; readonly body: string }[]> {
    const { own, ready, ev, wait } = this.#keys
    const events = await runScript(this.#send, unfinishedScript, [own, ready, ev, wait], [conversation])
    return pairs(texts(events)).map(([id, body]) => ({ id, body }))
  }

  async stop({ conversation, before, said, waiting }: StopOrder): Promise<StoppedConversation> {
    const { own, ready, ev, wait, tries, stops } = this.#keys
    const args = [conversation, before, microseconds(said), waiting ? '1' : '0', this.orders]
    const reply = await runScript(this.#send, stopScript, [own, ready, ev, wait, tries, stops], args)
    const [owner, begun, reach, events] = reply as readonly [unknown, number, unknown, readonly unknown[]]
    return {
      owner: ownerOf(String(owner))?.token ?? null,
      mark: reach === '' ? null : { before: String(reach), said: waiting ? said : null },
      events: pairs(texts(events)).map(([one, body], index) => ({
        id: one,
        body,
        begun: begun === 1 && index === 0,
      })),
    }
  }

  async stops(conversations: readonly string[]): Promise<ReadonlyMap<string, StopMark>> {
    const names = conversations.flatMap((one) => [one, `${one}\0`])
    const scores = (await this.#send(['ZMSCORE', this.#keys.stops, ...names])) as readonly (
      | string
      | number
      | null
    )[]
    return new Map(
      conversations.flatMap((one, index) => {
        const [before = null, said = null] = scores.slice(2 * index, 2 * index + 2)
        return before === null ? [] : [[one, markOf(String(before), String(said ?? ''))] as const]
      }),
    )
  }

  async owner(conversation: string): Promise<{ readonly id: string; readonly token: string } | null> {
    const owner = (await this.#send(['HGET', this.#keys.own, conversation])) as string | null
    return ownerOf(owner ?? '')
  }

  async status(): Promise<QueueStatus> {
    const { workers, own, ready, ev, dead } = this.#keys
    const keys = [workers, own, ready, ev, dead, this.#time.key]
    const reply = texts(await runScript(this.#send, statusScript, keys, [this.#time.host]))
    const id = reply.at(-1) ?? ''
    const [waiting = 0, running = 0, events = 0, leases = 0, given = 0] = numbers(reply)
    return {
      ready: waiting,
      running,
      events,
      // An id is its time in µs.
      oldest: id === '' ? null : Math.floor(Number(id) / 1000),
      workers: leases,
      dead: given,
    }
  }

  async snapshot(): Promise<QueueSnapshot> {
    const { ev, ready, own, wait, tries, workers, dead } = this.#keys
    const reply = await runScript(
      this.#send,
      snapshotScript,
      [ev, ready, own, wait, tries, workers, dead],
      [],
    )
    const lists = (reply as readonly unknown[]).map(texts)
    const [bodies = [], heads = [], owners = [], waiting = [], lives = [], leases = [], given = []] = lists
    return {
      bodies: new Map(pairs(bodies)),
      ready: new Map(pairs(heads).map(([name, score]) => [name, Number(score).toFixed(0)])),
      own: new Map(pairs(owners)),
      wait: waiting,
      tries: new Map(pairs(lives).map(([id, count]) => [id, Number(count)])),
      workers: new Map(pairs(leases).map(([token, end]) => [token, Number(end)])),
      dead: given,
    }
  }
}
