/** What the log says about a frame besides its text. `op` and `s` are those that really go out. */
export interface FrameFacts {
  readonly op: number | null
  readonly t?: string | null
  readonly s?: number | null
  readonly fault?: string | null
}

/** A frame that a fault holds back, with what is to be said about it once it goes out. */
export interface HeldFrame {
  readonly data: string | Uint8Array
  readonly facts: FrameFacts
}
