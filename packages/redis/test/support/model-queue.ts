import type { StopMark } from '../../src/queue/stop-mark.js'
import { ACKNOWLEDGED } from '../../src/queue/scripts.js'
import type { QueueSnapshot } from '../../src/queue/audit.js'
import type {
  EventName,
  EventQueue,
  Fate,
  JoinAnswer,
  NewEvent,
  NoteAnswer,
  OpenAnswer,
  PublishAnswer,
  SendNote,
  Settled,
  StoppedConversation,
  StopOrder,
  TakenEvent,
  TickAnswer,
  WorkAnswer,
} from '../../src/queue/event-queue.js'

interface Source {
  token: string
  mark: number
}

/** Everything that the server keeps. */
interface State {
  last: number
  readonly bodies: Map<string, string>
  readonly ready: Map<string, number>
  readonly own: Map<string, { id: number; token: string }>
  /** Ids behind the head, in their order. */
  readonly wait: Map<string, number[]>
  readonly tries: Map<string, number>
  readonly workers: Map<string, number>
  readonly dead: string[]
  readonly sources: Map<string, Source>
  readonly digests: Set<string>
  /** Names of clicks. */
  readonly unanswered: EventName[]
  readonly stops: Map<string, { before: number; said: number | null }>
  /** By id and name of the send. */
  readonly sends: Map<string, Map<string, string>>
}

const empty = (): State => ({
  last: 0,
  bodies: new Map(),
  ready: new Map(),
  own: new Map(),
  wait: new Map(),
  tries: new Map(),
  workers: new Map(),
  dead: [],
  sources: new Map(),
  digests: new Set(),
  unanswered: [],
  stops: new Map(),
  sends: new Map(),
})

/** The ids behind the head of a conversation. */
const behind = ({ wait }: State, conversation: string): number[] => {
  const ids = wait.get(conversation) ?? []
  wait.set(conversation, ids)
  return ids
}

const copyOf = (state: State): State => ({
  ...state,
  bodies: new Map(state.bodies),
  ready: new Map(state.ready),
  own: new Map([...state.own].map(([key, owner]) => [key, { ...owner }])),
  wait: new Map([...state.wait].map(([key, ids]) => [key, [...ids]])),
  tries: new Map(state.tries),
  workers: new Map(state.workers),
  dead: [...state.dead],
  sources: new Map([...state.sources].map(([key, source]) => [key, { ...source }])),
  digests: new Set(state.digests),
  unanswered: [...state.unanswered],
  stops: new Map(state.stops),
  sends: new Map([...state.sends].map(([id, notes]) => [id, new Map(notes)])),
})

/** The queue as it is specified, in memory: what the scripts must answer. Time is what the test says. */
export class ModelQueue {
  /** Wall ms of the server. */
  now = 1_800_000_000_000
  #state = empty()
  /** Hears of every mark: what a channel says to workers. */
  onStop: (conversation: string, mark: StopMark) => void = () => {}
  /** Where orders go. */
  readonly #orders: ModelQueue | null

  /** @param orders the lane of orders; without one nobody gives any */
  constructor(orders: ModelQueue | null = null) {
    this.#orders = orders
  }

  /** A copy of everything, for {@link restore}. */
  save(): unknown {
    return copyOf(this.#state)
  }

  /** Returns to an earlier state, as a server that has lost a suffix; ids go on from the clock. */
  restore(saved: unknown): void {
    this.#state = copyOf(saved as State)
  }

  open(source: string, token: string, { again, mark }: { again: boolean; mark: number | null }): OpenAnswer {
    const { sources } = this.#state
    const known = sources.get(source)
    if (known && again && known.token !== token) return { kind: 'fenced' }
    const next = known && known.mark >= (mark ?? 0) ? known.mark : mark
    if (next === null) return { kind: 'absent' }
    sources.set(source, { token, mark: next })
    return { kind: 'open', mark: next }
  }

  publish(
    source: string,
    token: string,
    { first, most, events }: { first: number; most: number; events: readonly NewEvent[] },
  ): PublishAnswer {
    const state = this.#state
    const orders = this.#orders
    const known = state.sources.get(source)
    if (known?.token !== token) return { kind: 'fenced' }
    if (first > known.mark + 1) return { kind: 'gap', mark: known.mark }
    const fates: Fate[] = []
    for (const [index, { digest, conversation, body, order, unanswered }] of events.entries()) {
      const number = first + index
      if (number <= known.mark) {
        fates.push('had')
        continue
      }
      const isAddressed = digest.startsWith('@')
      const after = digest !== '' && state.digests.has(isAddressed ? digest.slice(1) : `@${digest}`)
      const lane = order && orders ? orders.#state : state
      if (digest !== '' && (state.digests.has(digest) || (after && !isAddressed))) fates.push('duplicate')
      else if (lane.bodies.size >= most) break
      else {
        state.last = Math.max(state.last + 1, lane.last + 1, this.now * 1000)
        if (order) lane.last = state.last
        lane.bodies.set(String(state.last), `${after ? '?' : ''}${body}`)
        if (lane.own.has(conversation) || lane.ready.has(conversation))
          behind(lane, conversation).push(state.last)
        else lane.ready.set(conversation, state.last)
        if (unanswered) state.unanswered.push({ conversation, id: String(state.last) })
        if (digest !== '') state.digests.add(digest)
        fates.push('new')
      }
      known.mark = number
    }
    return { kind: 'taken', fates }
  }

  work(token: string, most: number, settled: readonly Settled[]): WorkAnswer {
    const state = this.#state
    const lost = settled.flatMap((one, index) => (this.#settle(token, one) ? [] : [index]))
    const live = (state.workers.get(token) ?? 0) > this.now
    const taken: TakenEvent[] = []
    const heads = [...state.ready].toSorted(([, one], [, other]) => one - other)
    for (const [conversation, id] of live ? heads.slice(0, most) : []) {
      state.ready.delete(conversation)
      state.own.set(conversation, { id, token })
      const name = String(id)
      const lives = state.tries.get(name) ?? 0
      const stop = this.stops([conversation]).get(conversation) ?? null
      taken.push({ conversation, id: name, lives, body: state.bodies.get(name) ?? '', stop })
    }
    return { live, lost, taken }
  }

  #settle(token: string, { conversation, id, outcome }: Settled): boolean {
    const { own, ready, bodies, tries, wait, dead, sends, digests } = this.#state
    const owner = own.get(conversation)
    if (owner?.token !== token || String(owner.id) !== id) return false
    own.delete(conversation)
    if (outcome === 'back') {
      ready.set(conversation, owner.id)
      return true
    }
    if (outcome === 'dead') dead.push(bodies.get(id) ?? '')
    if (typeof outcome === 'object') digests.delete(outcome.declined)
    bodies.delete(id)
    tries.delete(id)
    sends.delete(id)
    const ids = wait.get(conversation) ?? []
    const next = ids.shift()
    if (next !== undefined) ready.set(conversation, next)
    if (ids.length === 0) wait.delete(conversation)
    return true
  }

  claimClicks(): readonly string[] {
    const { unanswered, own, bodies } = this.#state
    return unanswered.splice(0).flatMap(({ conversation, id }) => {
      const body = bodies.get(id)
      if (body === undefined || String(own.get(conversation)?.id) === id) return []
      bodies.set(id, `${ACKNOWLEDGED}${body.slice(1)}`)
      return [body]
    })
  }

  tick(token: string, { ttl, reap }: { ttl: number; reap: boolean }): TickAnswer {
    const { workers, own, ready, tries } = this.#state
    if (!workers.has(token)) return { kind: 'gone' }
    workers.set(token, this.now + ttl)
    const expired = [...workers].filter(([other, end]) => reap && other !== token && end < this.now)
    for (const [other] of expired) workers.delete(other)
    for (const [conversation, owner] of expired.length > 0 ? own : []) {
      if (workers.has(owner.token)) continue
      own.delete(conversation)
      ready.set(conversation, owner.id)
      tries.set(String(owner.id), (tries.get(String(owner.id)) ?? 0) + 1)
    }
    return { kind: 'kept', workers: workers.size }
  }

  join(
    name: string,
    token: string,
    { ttl, running }: { ttl: number; running: readonly EventName[] },
  ): JoinAnswer {
    const { workers, own, ready } = this.#state
    const isMine = (other: string): boolean => other.startsWith(`${name}:`)
    const numberOf = (other: string): number => Number(other.slice(name.length + 1)) || 0
    const isLate = [...workers.keys()].some((other) => isMine(other) && numberOf(other) > numberOf(token))
    if (isLate) return { workers: workers.size, lost: [...running.keys()] }
    for (const other of workers.keys()) if (isMine(other)) workers.delete(other)
    const wanted = new Map(running.map(({ conversation, id }) => [conversation, id]))
    const kept = new Set<string>()
    for (const [conversation, owner] of own) {
      if (!isMine(owner.token)) continue
      if (wanted.get(conversation) === String(owner.id)) {
        owner.token = token
        kept.add(conversation)
      } else {
        own.delete(conversation)
        ready.set(conversation, owner.id)
      }
    }
    const lost = running.flatMap(({ conversation, id }, index) => {
      if (kept.has(conversation)) return []
      if (String(ready.get(conversation)) !== id) return [index]
      ready.delete(conversation)
      own.set(conversation, { id: Number(id), token })
      return []
    })
    workers.set(token, this.now + ttl)
    return { workers: workers.size, lost }
  }

  note(token: string, { conversation, id, run, first, name, over, note }: SendNote): NoteAnswer {
    const { own, sends } = this.#state
    const owner = own.get(conversation)
    if (owner?.token !== token || String(owner.id) !== id) return { kind: 'lost' }
    const notes = sends.get(id) ?? new Map<string, string>()
    const isMine = (one: string | undefined): boolean => one?.startsWith(run) ?? true
    if (first && !isMine([...notes.values()][0])) return { kind: 'known', notes: new Map(notes) }
    const known = notes.get(name)
    if (known !== over && !isMine(known)) return { kind: 'known', notes: new Map([[name, known!]]) }
    if (note === '') notes.delete(name)
    else notes.set(name, note)
    sends.set(id, notes)
    return { kind: 'kept' }
  }

  unfinished(conversation: string): readonly { readonly id: string; readonly body: string }[] {
    const { own, ready, wait, bodies } = this.#state
    const head = own.get(conversation)?.id ?? ready.get(conversation)
    const ids = [...(head === undefined ? [] : [head]), ...(wait.get(conversation) ?? [])].map(String)
    return ids.map((id) => ({ id, body: bodies.get(id) ?? '' }))
  }

  stop({ conversation, before: id, said, waiting }: StopOrder): StoppedConversation {
    const { own, ready, wait, tries, bodies, stops } = this.#state
    const owner = own.get(conversation)
    const head = owner?.id ?? ready.get(conversation)
    const begun = head !== undefined && (owner !== undefined || tries.has(String(head)))
    const before = waiting ? Number(id) : begun && head < Number(id) ? head + 1 : null
    const earlier = stops.get(conversation)?.before ?? 0
    // The same order, once more.
    const from = earlier === Number(id) ? 0 : earlier
    const behind = waiting ? (wait.get(conversation) ?? []).filter((one) => one >= from) : []
    if (before !== null) {
      const known = stops.get(conversation) ?? { before, said: null }
      const latest = waiting ? Math.max(said ?? -Infinity, known.said ?? -Infinity) : known.said
      const next = { before: Math.max(before, known.before), said: latest === -Infinity ? null : latest }
      stops.set(conversation, next)
    }
    const mark = before === null ? null : { before: String(before), said: waiting ? said : null }
    if (mark) this.onStop(conversation, mark)
    const ids = [...(head === undefined ? [] : [head]), ...behind].map(String)
    return {
      owner: owner?.token ?? null,
      mark,
      events: ids.map((one, index) => ({
        id: one,
        body: bodies.get(one) ?? '',
        begun: begun && index === 0,
      })),
    }
  }

  stops(conversations: readonly string[]): ReadonlyMap<string, StopMark> {
    return new Map(
      conversations.flatMap((one) => {
        const known = this.#state.stops.get(one)
        return known ? [[one, { before: String(known.before), said: known.said }] as const] : []
      }),
    )
  }

  owner(conversation: string): { readonly id: string; readonly token: string } | null {
    const known = this.#state.own.get(conversation)
    return known ? { id: String(known.id), token: known.token } : null
  }

  seen(digests: readonly string[]): ReadonlySet<string> {
    return new Set(digests.filter((one) => this.#state.digests.has(one)))
  }

  /** The notes about an event. */
  notesOf(id: string): ReadonlyMap<string, string> {
    return this.#state.sends.get(id) ?? new Map()
  }

  /** Workers with a lease. */
  get tokens(): readonly string[] {
    return [...this.#state.workers.keys()]
  }

  /** How many events are unfinished. */
  get size(): number {
    return this.#state.bodies.size
  }

  /** Ids of events with notes. */
  get noted(): readonly string[] {
    return [...this.#state.sends].flatMap(([id, { size }]) => (size > 0 ? [id] : []))
  }

  snapshot(): QueueSnapshot {
    const { bodies, ready, own, wait, tries, workers, dead } = this.#state
    return {
      bodies: new Map(bodies),
      ready: new Map([...ready].map(([name, id]) => [name, String(id)])),
      own: new Map([...own].map(([name, { id, token }]) => [name, `${id} ${token}`])),
      wait: [...wait].flatMap(([name, ids]) => ids.map((id) => `${name}\0${id}`)).toSorted(),
      tries: new Map(tries),
      workers: new Map(workers),
      dead: [...dead],
    }
  }

  /** The same behind promises, as the server is asked. */
  asQueue(): EventQueue {
    return {
      channel: '',
      orders: '',
      ownKey: '',
      open: async (...args) => this.open(...args),
      publish: async (...args) => this.publish(...args),
      work: async (...args) => this.work(...args),
      tick: async (...args) => this.tick(...args),
      claimClicks: async () => this.claimClicks(),
      join: async (...args) => this.join(...args),
      seen: async (...args) => this.seen(...args),
      note: async (...args) => this.note(...args),
      unfinished: async (...args) => this.unfinished(...args),
      stop: async (...args) => this.stop(...args),
      stops: async (...args) => this.stops(...args),
      owner: async (...args) => this.owner(...args),
      snapshot: async () => this.snapshot(),
    }
  }
}
