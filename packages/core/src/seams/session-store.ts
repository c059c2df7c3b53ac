/** What a stored session belongs to; one under another identity is ignored. */
export interface SessionKey {
  readonly appId: string
  /** Host of the gateway, not the whole URL. */
  readonly host: string
  readonly shard: number
  readonly total: number
  readonly intents: number
}

/** Everything the next process needs to go on where this one stopped (`design.md` §4.3). */
export interface SessionCheckpoint {
  readonly sessionId: string
  /** Every event up to this seq is finished. */
  readonly committed: number
  /** Finished ones above `committed`, ascending. */
  readonly doneAbove: readonly number[]
  /** For each seq still in flight: in how many process lives in a row it has been. */
  readonly inFlight: readonly { readonly seq: number; readonly lives: number }[]
  /** Wall time in ms when this was written. */
  readonly savedAt: number
}

/** Keeps checkpoints. May be slow, fail or hang: the gateway then only loses the ability to resume after a restart. */
export interface SessionStore {
  /** Takes the store for this process; rejects when another one has it. */
  open(key: SessionKey): Promise<void>
  /** `null` when nothing usable is stored under this key. */
  load(key: SessionKey): Promise<SessionCheckpoint | null>
  /** Replaces what is stored, all or nothing. */
  save(key: SessionKey, checkpoint: SessionCheckpoint): Promise<void>
  clear(key: SessionKey): Promise<void>
  /** Lets go of the store; nothing is written afterwards. */
  close(key: SessionKey): Promise<void>
}
