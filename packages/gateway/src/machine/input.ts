import type { AccessFault, SocketClose, WireFrame } from '@qqkit/core'

import type { TimerName } from './timers.js'

/** A session taken over from an earlier process. */
export interface RestoredSession {
  readonly id: string
  readonly seq: number
  /** ms since it was last in touch with the gateway. */
  readonly age: number
  /** ms since it began. */
  readonly sessionAge?: number
}

/** From the owner; belongs to no connection. */
export type Command =
  | { readonly type: 'start'; readonly epoch: null }
  /** `within`: how long closing the socket may take, in ms. */
  | { readonly type: 'stop'; readonly epoch: null; readonly resumable: boolean; readonly within: number }
  /**
   * Something of ours threw where it must not; `null` when it is not known for which connection. `last`: it keeps
   * throwing, also while that is being dealt with.
   */
  | {
      readonly type: 'fault'
      readonly epoch: number | null
      readonly error: unknown
      readonly last: boolean
    }

/** From a socket, a timer or work in the background; carries the number of its connection. */
export type Signal =
  | {
      readonly type: 'prepared'
      readonly epoch: number
      readonly url: string
      /** ms until the day's budget allows an Identify. */
      readonly budgetDelay: number
      /** Taken when there is no session yet. */
      readonly restored: RestoredSession | null
    }
  | {
      readonly type: 'unprepared'
      readonly epoch: number
      readonly fault: AccessFault['access']
      readonly error: unknown
    }
  /** No turn to identify came in time. */
  | { readonly type: 'unpermitted'; readonly epoch: number }
  | { readonly type: 'opened'; readonly epoch: number }
  | { readonly type: 'frame'; readonly epoch: number; readonly frame: WireFrame }
  /** A message that is no frame. `garbled`: it cannot even be told what it was. */
  | {
      readonly type: 'malformed'
      readonly epoch: number
      readonly problem: string
      readonly garbled: boolean
    }
  /** A ping or a pong. */
  | { readonly type: 'activity'; readonly epoch: number }
  | {
      readonly type: 'closed'
      readonly epoch: number
      readonly code: number
      readonly reason: string
      /** Why, where the transport knows more. */
      readonly error?: unknown
      /** How the upgrade was refused, if it was. */
      readonly refused?: SocketClose['refused'] | undefined
    }
  | { readonly type: 'permitted'; readonly epoch: number }
  | { readonly type: 'timer'; readonly epoch: number; readonly name: TimerName }

/** Everything that can happen to the machine. */
export type Input = Command | Signal
