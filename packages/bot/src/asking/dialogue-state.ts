import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import type { StateStore } from '../middleware/state-store.js'

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

/** The states of dialogues in a store, by the person and the place of an event. */
export class DialogueStates {
  readonly #store: StateStore<DialogueState>
  readonly #keyOf: (ctx: Context) => string

  constructor(store: StateStore<DialogueState>, keyOf: (ctx: Context) => string) {
    this.#store = store
    this.#keyOf = keyOf
  }

  async load(ctx: Context): Promise<DialogueState | undefined> {
    return readState(await this.#store.load(this.#keyOf(ctx)))
  }

  /** Saves what follows a state. */
  async save<S extends DialogueState>(ctx: Context, before: DialogueState | undefined, next: S): Promise<S> {
    const state = { ...next, earlier: earlierThan(before, next.event) }
    await this.#put(ctx, state)
    return state
  }

  /** Remembers an event that left a dialogue where it was. */
  async see(ctx: Context, state: DialogueState, event: string): Promise<void> {
    const seen = { event, was: 'answer' as const }
    await this.#put(ctx, { ...state, earlier: [...(state.earlier ?? []), seen].slice(-MOST) })
  }

  /** Takes a change back. */
  async restore(ctx: Context, before: DialogueState | undefined): Promise<void> {
    if (before) await this.#put(ctx, before)
    else await this.remove(ctx)
  }

  async remove(ctx: Context): Promise<void> {
    await this.#store.remove(this.#keyOf(ctx), await BaseContext.mayKeep(ctx))
  }

  async #put(ctx: Context, state: DialogueState): Promise<void> {
    await this.#store.save(this.#keyOf(ctx), state, await BaseContext.mayKeep(ctx))
  }
}
