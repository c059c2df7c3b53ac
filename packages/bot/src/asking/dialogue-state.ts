import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import type { StateStore } from '../middleware/state-store.js'
import { AskError } from './errors.js'

/** Answers by the names of their steps. */
export type Answers = Readonly<Record<string, unknown>>

/** Why a step was asked: the one before was answered, or `begin` was called, by a handler or by the end of the dialogue itself. */
export type AskedAfter =
  | { readonly is: 'answer' | 'begin' }
  | { readonly is: 'end'; readonly answers: Answers }

/** An event that the dialogue has seen before that of its state. */
export interface EarlierEvent {
  readonly event: string
  /** Whether it began the dialogue or answered it. */
  readonly was: 'begin' | 'answer'
}

/** Of every state. */
interface Seen {
  /** The last event that changed the state. */
  readonly event: string
  /** Those before it, the latest last: a process that was killed may get finished events again. */
  readonly earlier?: readonly EarlierEvent[] | undefined
}

/** Where a dialogue stands, for a store: plain data. */
export type DialogueState =
  /** The step of this name is asked, after the event. */
  | (Seen & {
      readonly is: 'asking'
      readonly step: string
      readonly answers: Answers
      readonly at: number
      /** When the platform received the event; older messages were said before the question. */
      readonly sentAt?: number | null | undefined
      readonly by: AskedAfter
    })
  /** All steps are answered, by the event as the last. */
  | (Seen & { readonly is: 'ending'; readonly answers: Answers })
  | (Seen & { readonly is: 'over' })

const answersSchema = v.record(v.string(), v.unknown())
const seen = {
  event: v.string(),
  earlier: v.optional(v.array(v.object({ event: v.string(), was: v.picklist(['begin', 'answer']) }))),
}
const stateSchema = v.variant('is', [
  v.object({
    ...seen,
    is: v.literal('asking'),
    step: v.string(),
    answers: answersSchema,
    at: v.number(),
    sentAt: v.optional(v.nullable(v.number())),
    by: v.variant('is', [
      v.object({ is: v.picklist(['answer', 'begin']) }),
      v.object({ is: v.literal('end'), answers: answersSchema }),
    ]),
  }),
  v.object({ ...seen, is: v.literal('ending'), answers: answersSchema }),
  v.object({ ...seen, is: v.literal('over') }),
])

/** One of another shape, e.g. of an older version, is none. */
const readState = (stored: unknown): DialogueState | undefined => {
  const { output, success } = v.safeParse(stateSchema, stored)
  return success ? output : undefined
}

/** Events that a state remembers: more than a gateway leaves unfinished in one conversation. */
const MOST = 20

/** What an earlier run did with an event: the last one of a state, or one before it; `null`: nothing. */
export const lifeOf = (
  state: DialogueState | undefined,
  event: string,
): { readonly isLast: boolean; readonly was: EarlierEvent['was'] } | null => {
  if (!state) return null
  if (state.event === event)
    return { isLast: true, was: state.is === 'asking' && state.by.is === 'begin' ? 'begin' : 'answer' }
  const known = state.earlier?.findLast((one) => one.event === event)
  return known ? { isLast: false, was: known.was } : null
}

/** The events before the next one of a state. */
const earlierThan = (state: DialogueState | undefined, event: string): readonly EarlierEvent[] => {
  const others = (state?.earlier ?? []).filter((one) => one.event !== event)
  const last = state && state.event !== event ? lifeOf(state, state.event) : null
  return (state && last ? [...others, { event: state.event, was: last.was }] : others).slice(-MOST)
}

/** Thrown where another process has changed a dialogue since it was read: what was read has to be read again. */
class Overtaken extends Error {}

/** Where the state of a dialogue is kept. */
export interface StatePlace {
  readonly store: StateStore<DialogueState>
  readonly key: string
  /** Of the event whose handler reads and changes it. */
  readonly ctx: Context
}

/** The state of one dialogue, as it was read from a store or written to it. */
export class StoredState<S extends DialogueState | undefined = DialogueState | undefined> {
  readonly now: S
  readonly #place: StatePlace
  /** As the store has it, also where it is none of ours. */
  readonly #kept: DialogueState | undefined

  static async load(place: StatePlace): Promise<StoredState> {
    const kept = (await place.store.load(place.key)) ?? undefined
    return new StoredState(place, readState(kept), kept)
  }

  private constructor(place: StatePlace, now: S, kept: DialogueState | undefined) {
    this.#place = place
    this.now = now
    this.#kept = kept
  }

  /** Saves what follows. @throws Overtaken */
  async next<N extends DialogueState>(next: N): Promise<StoredState<N>> {
    return this.#change({ ...next, earlier: earlierThan(this.now, next.event) })
  }

  /** Remembers an event that left the dialogue where it was. */
  async see(event: string): Promise<void> {
    const { now } = this
    if (!now) return
    const seen = { event, was: 'answer' as const }
    await this.#change({ ...now, earlier: [...(now.earlier ?? []), seen].slice(-MOST) }).catch(
      unlessOvertaken,
    )
  }

  /** Takes the change to this state back. */
  async takeBack(before: StoredState): Promise<void> {
    if (before.#kept) await this.#change(before.#kept).catch(unlessOvertaken)
    else await removeState(this.#place)
  }

  async #change<N extends DialogueState>(next: N): Promise<StoredState<N>> {
    const { store, key, ctx } = this.#place
    const lease = await BaseContext.mayKeep(ctx)
    // Over a shared source a message, a click and an order of one person are handled at the same time.
    if (!store.swap) await store.save(key, next, lease)
    else if (!(await store.swap(key, this.#kept, next, lease))) throw new Overtaken()
    return new StoredState(this.#place, next, next)
  }
}

/** Ends a dialogue without a word. */
export const removeState = async ({ store, key, ctx }: StatePlace): Promise<void> => {
  await store.remove(key, await BaseContext.mayKeep(ctx))
}

/** For a change that another process has made needless. */
export const unlessOvertaken = (error: unknown): void => {
  if (!(error instanceof Overtaken)) throw error
}

/** How often an event is looked at again, since another process was faster. */
const RETRIES = 20

/** Looks at an event again where another process has changed the dialogue meanwhile. @throws AskError `store_refuses` */
export const untilSaved = async (dialogue: string, work: () => Promise<void>): Promise<void> => {
  for (let left = RETRIES; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
      if (left === 0) throw new AskError('store_refuses', { detail: dialogue })
    }
  }
}
