import type { Break, HttpAnswer } from './effect.js'
import type { HttpRequest } from './input.js'

/** The properties of a frame for the log. `op` and `s` are those on the wire. */
export interface FrameFacts {
  readonly op: number | null
  readonly t?: string | null
  readonly s?: number | null
  readonly fault?: string | null
}

/** A frame that a fault holds back, with its properties for the log. */
export interface HeldFrame {
  readonly data: string | Uint8Array
  readonly facts: FrameFacts
}

/** Work that is planned for a later moment. */
export type Task =
  | ({ readonly kind: 'send'; readonly connection: number } & HeldFrame)
  | { readonly kind: 'close'; readonly connection: number; readonly code: number; readonly reason: string }
  | { readonly kind: 'break'; readonly connection: number; readonly how: Break }
  | { readonly kind: 'frame'; readonly connection: number; readonly text: string }
  | { readonly kind: 'check-heartbeat'; readonly connection: number }
  | { readonly kind: 'check-answer'; readonly connection: number; readonly askedAt: number }
  | { readonly kind: 'cut'; readonly connection: number }
  | { readonly kind: 'expire-session'; readonly session: string }
  | { readonly kind: 'respond'; readonly call: number; readonly answer: HttpAnswer }
  | { readonly kind: 'execute'; readonly call: number; readonly request: HttpRequest }
  | { readonly kind: 'judge'; readonly audit: string }
  | {
      readonly kind: 'resume'
      readonly connection: number
      readonly session: string
      readonly seq: number
    }
  | { readonly kind: 'miss-click'; readonly interaction: string }
  | { readonly kind: 'leave-stream'; readonly stream: string }
  | { readonly kind: 'run-strategy'; readonly strategy: string }
  | { readonly kind: 'push'; readonly push: number }
  | { readonly kind: 'post'; readonly push: number }
