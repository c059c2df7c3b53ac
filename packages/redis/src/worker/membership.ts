import type { Clock } from '@qqkit/core'

import { LeaseGate } from '../decisions/lease-gate.js'
import type { Connection } from '../port/connection.js'
import type { EventName, EventQueue } from '../queue/event-queue.js'

/** What a {@link Membership} works with. */
export interface MembershipDeps {
  readonly connection: Pick<Connection, 'lives' | 'isOpen'>
  readonly queue: Pick<EventQueue, 'join' | 'tick'>
  readonly clock: Clock
  /** ms of a lease. */
  readonly lease: number
  /** The name of the worker: unique, without a blank. */
  readonly name: string
}

/** Whether the server knows the worker. `apart`: not yet, or it may have given its events to others. */
type Standing =
  | { readonly kind: 'apart' }
  | {
      readonly kind: 'member'
      readonly link: number
      readonly since: number
      readonly renewAt: number
      readonly workers: number
    }

/** Renewals within a lease. */
const RENEWALS = 3

/** A worker's lease on a queue, under a new token after every doubt. What others own is learned by joining. */
export class Membership {
  readonly #deps: MembershipDeps
  readonly #gate: LeaseGate
  #standing: Standing = { kind: 'apart' }
  #joins = 0
  #forgottenAt = -Infinity

  constructor(deps: MembershipDeps) {
    this.#deps = deps
    this.#gate = new LeaseGate(deps.lease)
  }

  /** What the server knows the worker by. */
  get token(): string {
    return `${this.#deps.name}:${this.#joins}`
  }

  /** Whether it has joined over the link that is open: another link may lead to a server that has lost its latest events. */
  get isMember(): boolean {
    const { connection } = this.#deps
    return connection.isOpen && this.#standing.kind === 'member' && this.#standing.link === connection.lives
  }

  /** Whether it may still act for its events, towards those who know no leases. */
  get mayAct(): boolean {
    return this.#gate.isValid(this.#deps.clock.now())
  }

  /** ms until the lease has to be renewed, or until it has to join: 0. */
  get renewIn(): number {
    return this.#standing.kind === 'member' ? Math.max(0, this.#standing.renewAt - this.#deps.clock.now()) : 0
  }

  /** How many workers there are, this one included, as the server said last. */
  get workers(): number {
    return this.#standing.kind === 'member' ? this.#standing.workers : 1
  }

  /** When it last joined; `-Infinity` while the server may not know it. */
  get since(): number {
    return this.#standing.kind === 'member' ? this.#standing.since : -Infinity
  }

  /** When the server last knew nothing of a lease that had not run out: it has lost its data. `-Infinity` for never. */
  get forgottenAt(): number {
    return this.#forgottenAt
  }

  /** The server knows of no lease: it has to join. */
  forget(): void {
    if (this.mayAct) this.#forgottenAt = this.#deps.clock.now()
    this.doubt()
  }

  /** It has to join before anything else. */
  doubt(): void {
    this.#standing = { kind: 'apart' }
  }

  /**
   * Begins a lease under a new token.
   *
   * @returns which of the events belong to others now
   */
  async join<T extends EventName>(events: readonly T[]): Promise<ReadonlySet<T>> {
    const { clock, connection, queue, lease, name } = this.#deps
    const startedAt = clock.now()
    this.#joins += 1
    const { lost, workers } = await queue.join(name, this.token, { ttl: lease, running: events })
    this.#gate.renewed(startedAt)
    const { lives: link } = connection
    const renewAt = startedAt + lease / RENEWALS
    this.#standing = { kind: 'member', link, since: clock.now(), renewAt, workers }
    return new Set(events.filter((_, index) => lost.includes(index)))
  }

  /** Renews the lease, and lets events of ended leases go to others. Where the server knows of none, it has to join. */
  async renew(): Promise<void> {
    const { clock, queue, lease } = this.#deps
    const standing = this.#standing
    if (standing.kind !== 'member') return
    const startedAt = clock.now()
    // Right after a reconnect leases ran out because the server was away, not their workers.
    const reap = startedAt - standing.since >= lease
    const answer = await queue.tick(this.token, { ttl: lease, reap })
    if (answer.kind === 'gone') return this.forget()
    this.#gate.renewed(startedAt)
    // Not over a doubt that arose meanwhile.
    if (this.#standing !== standing) return
    this.#standing = { ...standing, renewAt: startedAt + lease / RENEWALS, workers: answer.workers }
  }

  /** Ends the lease at once. @throws what the queue throws; then it runs out */
  async leave(): Promise<void> {
    if (this.#standing.kind === 'member') await this.#deps.queue.tick(this.token, { ttl: 0, reap: false })
  }
}
