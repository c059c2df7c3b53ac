import type { Standing } from '@qqkit/core'

import type { OpenDelivery } from './open-delivery.js'

/** An {@link OpenDelivery} with what the intake keeps about it. */
export interface Open extends OpenDelivery, Standing<Open> {
  settled: boolean
  /** Seqs of further copies, which finish with this one. */
  copies: { readonly sessionId: string; readonly seq: number }[] | null
  onSettled: (() => void) | null
}
