import type { Advice } from '@qqkit/core'

/** What is examined. */
export type CheckName =
  | 'versions'
  | 'settings'
  | 'proxy'
  | 'store'
  | 'hosts'
  | 'clock'
  | 'token'
  | 'address list'
  | 'gateway'
  | 'intents'
  | 'webhook'
  | 'redis'

/** One line of an examination. */
export interface Finding {
  readonly check: CheckName
  readonly level: 'ok' | 'warning' | 'fault'
  readonly text: Advice
  /** What a person can do. */
  readonly next?: Advice
}

type Made = (check: CheckName, text: Advice, next?: Advice) => Finding

const made =
  (level: Finding['level']): Made =>
  (check, text, next) => ({ check, level, text, ...(next && { next }) })

export const ok: Made = made('ok')
export const warning: Made = made('warning')
export const fault: Made = made('fault')
