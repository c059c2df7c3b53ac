/** How a handler spends its time: waiting, also for a signal that it should end, with a busy processor, or until it kills its process. */
export type PlanKind = 'one' | 'two' | 'slow' | 'block' | 'die'

/** What the bot of the process tests answers, known beforehand. */
export interface Plan {
  readonly kind: PlanKind
  /** ms before the first answer. */
  readonly ms: number
  /** Each has to be seen once, in this order. */
  readonly answers: readonly string[]
}

/** The plan for `kind number ms`, the same in every process. */
export const planOf = (text: string): Plan => {
  const [kind = 'one', number = '', ms = '0'] = text.split(' ')
  const answers = kind === 'two' ? [`one of ${number}`, `two of ${number}`] : [`all of ${number}`]
  return { kind: kind as PlanKind, ms: Number(ms), answers }
}

/** What the bot says to `/stop`. */
export const STOP_TEXTS = { stopped: 'it is stopped', nothing: 'there is nothing to stop' } as const
