import type { ShardId } from '@qqkit/core'

/** A session in Redis, and the token under which this process has locked it. */
export interface SessionLock {
  readonly key: string
  readonly token: string
}

/**
 * The last lock of this process on the session of each shard. One that was lost stays: as long as another process has the session, this one
 * may not open a source of the shard.
 */
export class SessionLocks {
  readonly #byShard = new Map<string, SessionLock>()

  took(shard: ShardId, lock: SessionLock): void {
    this.#byShard.set(shardName(shard), lock)
  }

  of(shard: ShardId): SessionLock | null {
    return this.#byShard.get(shardName(shard)) ?? null
  }
}

/** A shard in the names of keys. */
export const shardName = ({ index, total }: ShardId): string => `${index}/${total}`
