import type { Delivered, Situation } from '../errors/situation.js'

/** One thing that happened on the way to a result, other than the plain attempt. */
export type RestStep =
  /** The attempt failed and is repeated after `delay` ms. */
  | {
      readonly kind: 'retry'
      readonly situation: Situation
      readonly errCode: number | null
      readonly delivered: Delivered
      readonly delay: number
    }
  /** The message was changed and sent again; `name` is a row of the fallback table. */
  | {
      readonly kind: 'fallback'
      readonly name: string
      readonly errCode: number | null
      readonly reason: string
    }
  /** The number was taken by someone else; the next one is used. */
  | { readonly kind: 'next_seq'; readonly from: number; readonly to: number }
