import * as v from 'valibot'

/** Answers by the names of their steps. */
export type Answers = Readonly<Record<string, unknown>>

/** Why a step was asked: the one before was answered, or `begin` was called, by a handler or by the end of the dialogue itself. */
export type AskedAfter =
  | { readonly is: 'answer' | 'begin' }
  | { readonly is: 'end'; readonly answers: Answers }

/** Where a dialogue stands, for a store: plain data. */
export type DialogueState =
  /** The step of this name is asked; `event` is the event after which it was. */
  | {
      readonly is: 'asking'
      readonly step: string
      readonly answers: Answers
      readonly event: string
      readonly at: number
      readonly by: AskedAfter
    }
  /** All steps are answered, by `event` as the last. */
  | { readonly is: 'ending'; readonly answers: Answers; readonly event: string }
  | { readonly is: 'over'; readonly event: string }

const answersSchema = v.record(v.string(), v.unknown())
const stateSchema = v.variant('is', [
  v.object({
    is: v.literal('asking'),
    step: v.string(),
    answers: answersSchema,
    event: v.string(),
    at: v.number(),
    by: v.variant('is', [
      v.object({ is: v.picklist(['answer', 'begin']) }),
      v.object({ is: v.literal('end'), answers: answersSchema }),
    ]),
  }),
  v.object({ is: v.literal('ending'), answers: answersSchema, event: v.string() }),
  v.object({ is: v.literal('over'), event: v.string() }),
])

/** A state as a store gives it. One of another shape, e.g. of an older version, is none. */
export const readState = (stored: unknown): DialogueState | undefined => {
  const { output, success } = v.safeParse(stateSchema, stored)
  return success ? output : undefined
}

/** Whether an earlier run has taken the event of a state, rather than begun the dialogue with it. */
export const hasTaken = (state: DialogueState): boolean => state.is !== 'asking' || state.by.is !== 'begin'
