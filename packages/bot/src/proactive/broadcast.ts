import type { Clock } from '@qqkit/core'
import { checkOptions, sleep } from '@qqkit/core/internal'
import { RestError, type SendResult } from '@qqkit/rest'
import * as v from 'valibot'

import type { Bot } from '../bot.js'
import { nameIn } from '../common/errors.js'
import { keyOfBot } from '../context/conversation.js'
import type { Target } from '../events/message.js'
import { checkMiddlewareOptions, count, fn } from '../middleware/check.js'
import type { StateStore } from '../middleware/state-store.js'
import { timedStore } from '../middleware/timed-store.js'
import { quietly } from '../middleware/warn-process.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import { renderForTarget } from '../reply/render-for-target.js'
import { checkOutgoing, checkTarget, factsOf, ProactiveError } from './errors.js'
import { fingerprintOf } from './fingerprint.js'
import type { PlaceList } from './places.js'
import { type FailureMeaning, readFailure } from './read-failure.js'
import { memoryRecordStore } from './record-store.js'
import {
  BroadcastError,
  type BroadcastOutcome,
  type BroadcastReport,
  countOutcomes,
  type TargetReport,
} from './broadcast-report.js'

/** How one target stands in a store of broadcasts; `'sending'` before its message leaves. Plain data. */
export interface TargetRecord {
  readonly kind: 'sending' | 'sent' | 'audit' | 'left' | 'refused' | 'unknown'
  /** A fingerprint of the message. */
  readonly text: string
  /** Wall time in ms. */
  readonly at: number
}

/** What a store of broadcasts holds: plain data. */
export type BroadcastRecord = TargetRecord | { readonly kind: 'targets'; readonly targets: readonly Target[] }

/** A broadcast that a later call, or the next process, continues. */
export interface ResumableBroadcast {
  /** Names the broadcast, e.g. `'news 2026-09-01'`: one id for each text that people shall get once. */
  readonly id: string
  /** Several bots can share a store. A store that forgets, such as one with a limit, leads to messages that come twice. */
  readonly store: StateStore<BroadcastRecord>
}

/** How far a broadcast is, after each target. */
export interface BroadcastProgress {
  readonly done: number
  readonly total: number
  /** The target that was finished. */
  readonly last: TargetReport
}

/** Options of {@link broadcast}. */
export interface BroadcastOptions {
  /** Needed to continue after an error, a stop or a crash. Default: the broadcast is forgotten when it ends. */
  readonly resume?: ResumableBroadcast
  readonly onProgress?: (progress: BroadcastProgress) => void
  /** Stops it: no further message is begun. */
  readonly signal?: AbortSignal
  /** Messages that are sent at the same time; default 4. */
  readonly concurrency?: number
  /**
   * ms for which a message waits for room in the quotas of proactive messages
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}) before its target is reported
   * as `'later'`. Default 10 minutes: quotas by the minute pass, those of a day do not hold up the others.
   */
  readonly quotaTimeout?: number
}

/** Who gets a broadcast. */
export type BroadcastTargets = PlaceList | Iterable<Target> | AsyncIterable<Target>

const HINT_RESUME =
  'must be { id, store }, e.g. { id: "news 2026-09-01", store: fileRecordStore({ path: "./news.jsonl" }) }'

const resumable = v.strictObject(
  {
    id: v.pipe(v.string(HINT_RESUME), v.nonEmpty(HINT_RESUME)),
    store: v.looseObject(
      { load: fn(HINT_RESUME), save: fn(HINT_RESUME), remove: fn(HINT_RESUME) },
      HINT_RESUME,
    ),
  },
  HINT_RESUME,
)

const entries = {
  resume: v.optional(resumable),
  onProgress: v.optional(fn('must be a function of { done, total, last }')),
  signal: v.optional(v.instance(AbortSignal, 'must be an AbortSignal')),
  concurrency: v.optional(count('must be a whole number from 1 up')),
  quotaTimeout: v.optional(v.pipe(v.number('must be ms'), v.minValue(0, 'must be ms from 0 up'))),
}

const isPlaces = (targets: BroadcastTargets): targets is PlaceList => 'list' in targets && 'get' in targets

const isMany = (targets: unknown): targets is Iterable<Target> | AsyncIterable<Target> =>
  typeof targets === 'object' &&
  targets !== null &&
  (Symbol.iterator in targets || Symbol.asyncIterator in targets)

const collect = async (targets: BroadcastTargets): Promise<readonly Target[]> => {
  if (typeof targets === 'object' && targets !== null && isPlaces(targets))
    return (await targets.list()).map(({ target }) => target)
  if (!isMany(targets)) throw new ProactiveError('bad_target', nameIn(targets))
  const found: Target[] = []
  for await (const target of targets) found.push(checkTarget(target))
  return found
}

/** The targets of an earlier run that places no longer know. One of other scenes, or that was not chosen this time, is not meant. */
const goneFrom = async (
  places: PlaceList,
  before: ReadonlyMap<string, Target>,
  found: ReadonlyMap<string, Target>,
): Promise<ReadonlyMap<string, Target>> => {
  const gone = new Map<string, Target>()
  for (const [name, target] of before)
    if (!found.has(name) && (places.scenes?.includes(target.scene) ?? true) && !(await places.get(target)))
      gone.set(name, target)
  return gone
}

const nameOf = ({ scene, id }: Target): string => `${scene}:${id}`

const byName = (targets: readonly Target[]): ReadonlyMap<string, Target> =>
  new Map(targets.map((target) => [nameOf(target), target]))

/** ms between two looks whether the bot stops, while a message waits for its quota. */
const SLICE = 1000

/** ms to wait where a refusal names no time: the windows in question are minutes (§6.4). */
const MINUTE = 60_000

/** Broadcasts that run in this process: two with one id would not see each other's records in time. */
const running = new WeakMap<Bot, Set<string>>()

interface RunInit {
  readonly bot: Bot
  readonly clock: Clock
  readonly targets: ReadonlyMap<string, Target>
  /** Places that were targets of an earlier run, and that the bot does not know any more. */
  readonly gone: ReadonlyMap<string, Target>
  readonly places: PlaceList | null
  /** The message of a target; a function of the user, which may throw for some of them. */
  readonly make: (target: Target) => OutgoingMessage
  readonly store: StateStore<BroadcastRecord>
  readonly prefix: string
  readonly options: BroadcastOptions
}

/** Why no further message is begun. */
interface Stop {
  readonly cause: unknown
}

/** One call of {@link broadcast}. */
class BroadcastRun {
  readonly #init: RunInit
  readonly #wasRunning: boolean
  readonly #reports = new Map<string, TargetReport>()
  readonly #tell = quietly('BroadcastProgressFailed')
  #stop: Stop | null = null

  constructor(init: RunInit) {
    this.#init = init
    this.#wasRunning = !this.#isBotOver
  }

  get #isBotOver(): boolean {
    const { state } = this.#init.bot.status()
    return state === 'stopping' || state === 'stopped'
  }

  async run(): Promise<BroadcastReport> {
    const { targets, gone, options } = this.#init
    const queue = [...targets, ...gone]
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        this.#look()
        if (this.#stop) return
        await this.#handle(...next)
      }
    }
    await Promise.all(Array.from({ length: options.concurrency ?? 4 }, work))
    const report = this.#report([...targets, ...gone])
    const stop = this.#stop
    if (stop) throw new BroadcastError(report, stop.cause)
    return report
  }

  #report(all: readonly (readonly [string, Target])[]): BroadcastReport {
    const targets = all.map(
      ([name, target]) => this.#reports.get(name) ?? reportOf(target, { outcome: 'open' }),
    )
    return { total: targets.length, ...countOutcomes(targets), targets }
  }

  /** Notes why no further message may be begun. */
  #look(): void {
    const { signal } = this.#init.options
    if (signal?.aborted) this.#stop ??= { cause: signal.reason }
    else if (this.#wasRunning && this.#isBotOver) this.#stop ??= { cause: new Error('the bot was stopped') }
  }

  async #handle(name: string, target: Target): Promise<void> {
    let report: TargetReport
    try {
      report = await this.#deliver(name, target)
    } catch (error) {
      this.#stop ??= { cause: error }
      return
    }
    this.#reports.set(name, report)
    const { onProgress } = this.#init.options
    const total = this.#init.targets.size + this.#init.gone.size
    void this.#tell(() => onProgress?.({ done: this.#reports.size, total, last: report }))
  }

  /** @throws the failure that the next target would have too, once the store says that this one got nothing */
  async #deliver(name: string, target: Target): Promise<TargetReport> {
    const { make, store, prefix, gone, places } = this.#init
    let made: OutgoingMessage
    try {
      made = make(target)
    } catch (error) {
      return reportOf(target, { outcome: 'failed', error })
    }
    const message = checkOutgoing(made)
    const text = fingerprintOf(renderForTarget(message, target))
    const key = `${prefix}${name}`
    const known = await store.load(key)
    if (known && known.kind !== 'targets') return earlierReport(target, known, text)
    if (gone.has(name)) return reportOf(target, { outcome: 'left' })
    const place = places ? await places.get(target) : null
    if (places && !place) return reportOf(target, { outcome: 'left' })
    if (place && !place.accepts) return reportOf(target, { outcome: 'refused' })
    return this.#send(target, message, { key, text })
  }

  async #send(
    target: Target,
    message: OutgoingMessage,
    { key, text }: { readonly key: string; readonly text: string },
  ): Promise<TargetReport> {
    const { bot, clock, store, options } = this.#init
    const { quotaTimeout = 10 * MINUTE } = options
    const record = (kind: TargetRecord['kind']): TargetRecord => ({ kind, text, at: clock.wall() })
    const end = clock.now() + quotaTimeout
    for (;;) {
      // Before the message leaves: a process that dies now has an unknown outcome, never a second message.
      await store.save(key, record('sending'))
      const tried = await attempt(async () => bot.send(target, message, { quotaTimeout: 0 }))
      const { meaning, error } = tried
      if (meaning === 'stop' || meaning === 'wait' || meaning === 'failed') await store.remove(key)
      else await store.save(key, record(meaning))
      if (meaning === 'stop') throw error
      if (meaning === 'left') await this.#init.places?.forget(target)
      if (meaning !== 'wait') return reportOf(target, { outcome: meaning, error })
      const wait = (RestError.is(error) && error.retryAfter) || MINUTE
      if (clock.now() + wait > end)
        return reportOf(target, { outcome: 'later', error, again: clock.wall() + wait })
      await this.#wait(wait)
      if (this.#stop) return reportOf(target, { outcome: 'open' })
    }
  }

  async #wait(ms: number): Promise<void> {
    const { clock, options } = this.#init
    const end = clock.now() + ms
    while (!this.#stop && clock.now() < end) {
      await sleep(clock, Math.min(SLICE, end - clock.now()), options.signal).catch(() => {})
      this.#look()
    }
  }
}

/** How one send went. */
interface Tried {
  readonly meaning: FailureMeaning | 'audit'
  readonly error: unknown
}

const attempt = async (send: () => Promise<Pick<SendResult, 'kind'>>): Promise<Tried> => {
  try {
    const { kind } = await send()
    return { meaning: kind === 'audit' ? 'audit' : 'sent', error: null }
  } catch (error) {
    return { meaning: readFailure(error), error }
  }
}

const reportOf = (
  target: Target,
  report: Partial<TargetReport> & { readonly outcome: BroadcastOutcome },
): TargetReport => ({ target, earlier: false, changed: false, error: null, again: null, ...report })

const earlierReport = (target: Target, { kind, text }: TargetRecord, now: string): TargetReport =>
  reportOf(target, { outcome: kind === 'sending' ? 'unknown' : kind, earlier: true, changed: text !== now })

const prefixOf = (appId: string, id: string): string => keyOfBot({ appId }, `broadcast:${id}:`)

/**
 * Sends a message to many targets, within the quotas of proactive messages. Each gets it once: a target whose outcome is unknown
 * is not written to again. A broadcast with `resume` continues where an earlier call or process ended, and reports targets that
 * have left since, and targets that got another text.
 *
 * @example
 * const report = await broadcast(bot, places.of('group'), 'Good morning!')
 * console.log(report.counts.sent, 'sent', report.counts.left, 'gone')
 * @param targets places of `rememberPlaces`, or targets; each counts once
 * @param message a message, or a function that makes the one of a target
 * @throws BroadcastError with the report, where no further target could be reached; ProactiveError, OptionsError
 */
export const broadcast = async (
  bot: Bot,
  targets: BroadcastTargets,
  message: OutgoingMessage | ((target: Target) => OutgoingMessage),
  options: BroadcastOptions = {},
): Promise<BroadcastReport> => {
  const { appId, clock } = factsOf(bot)
  checkMiddlewareOptions('broadcast', entries, options)
  if (typeof message !== 'function') checkOutgoing(message)
  const make = typeof message === 'function' ? message : (): OutgoingMessage => message
  const { id } = options.resume ?? { id: '' }
  const store = options.resume
    ? timedStore(options.resume.store, clock)
    : memoryRecordStore<BroadcastRecord>()
  const ids = running.get(bot) ?? new Set()
  running.set(bot, ids)
  if (options.resume && ids.has(id)) throw new ProactiveError('broadcast_running', id)
  if (options.resume) ids.add(id)
  try {
    const prefix = prefixOf(appId, id)
    const found = byName(await collect(targets))
    const head = await store.load(prefix)
    const before = byName(head?.kind === 'targets' ? head.targets : [])
    const all = new Map([...before, ...found])
    if (all.size > before.size) await store.save(prefix, { kind: 'targets', targets: [...all.values()] })
    const places = isPlaces(targets) ? targets : null
    const gone = places ? await goneFrom(places, before, found) : new Map<string, Target>()
    const init = { bot, clock, targets: found, gone, places, make, store, prefix, options }
    return await new BroadcastRun(init).run()
  } finally {
    ids.delete(id)
  }
}

/**
 * Removes all records of a broadcast. Its id is free afterwards: a broadcast under it reaches every target again.
 *
 * @throws ProactiveError `no_bot`, `broadcast_running`; OptionsError; the error of the store
 */
export const forgetBroadcast = async (bot: Bot, broadcast: ResumableBroadcast): Promise<void> => {
  const { appId } = factsOf(bot)
  checkOptions('forgetBroadcast', resumable, broadcast)
  const { id, store } = broadcast
  if (running.get(bot)?.has(id)) throw new ProactiveError('broadcast_running', id)
  const prefix = prefixOf(appId, id)
  const head = await store.load(prefix)
  const targets = head?.kind === 'targets' ? head.targets : []
  await Promise.all(targets.map(async (target) => store.remove(`${prefix}${nameOf(target)}`)))
  await store.remove(prefix)
}
