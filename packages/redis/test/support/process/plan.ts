/**
 * How a handler spends its time: waiting, also for a signal that it should end, or between two answers, with a busy processor, or until
 * it kills its process.
 */
export type PlanKind = 'one' | 'two' | 'apart' | 'slow' | 'block' | 'die'

/** What the bot of the process tests answers, known beforehand. */
export interface Plan {
  readonly kind: PlanKind
  /** ms before the first answer. */
  readonly ms: number
  /** ms between two answers. */
  readonly between: number
  /** Each has to be seen once, in this order. */
  readonly answers: readonly string[]
}

/** The plan for `kind number ms`, the same in every process. */
export const planOf = (text: string): Plan => {
  const [kind = 'one', number = '', time = '0'] = text.split(' ')
  const hasTwo = kind === 'two' || kind === 'apart'
  const answers = hasTwo ? [`one of ${number}`, `two of ${number}`] : [`all of ${number}`]
  const [ms, between] = kind === 'apart' ? [0, Number(time)] : [Number(time), 0]
  return { kind: kind as PlanKind, ms, between, answers }
}

/** What the bot says to `/stop`. */
export const STOP_TEXTS = { stopped: 'it is stopped', nothing: 'there is nothing to stop' } as const
