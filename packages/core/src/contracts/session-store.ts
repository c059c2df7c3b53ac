import { QqkitError } from '../errors.js'
import type { ShardId } from './source.js'

/** The key of a session: one shard of one bot. */
export interface SessionKey {
  readonly appId: string
  readonly shard: ShardId
}

/**
 * The stored state of one session, locked by one process. The state is an opaque text that the gateway checks itself. Every
 * method may be slow, reject or never settle; the gateway then only loses the ability to resume after a restart. Calls never
 * overlap, except that `close()` may be called while another call hangs.
 */
export interface SessionSlot {
  /**
   * Resolves when another process has taken the slot over because this process did not respond for too long. The slot must
   * not be used afterwards. Stores that cannot detect this omit it.
   */
  readonly taken?: Promise<SessionBusyError>
  /** The text saved last, by this process or an earlier one; `null` if there is none. */
  load(): Promise<string | null>
  /** Replaces the text atomically, even if the process dies meanwhile. Up to about 100 kB. */
  save(text: string): Promise<void>
  /** Deletes the text. */
  clear(): Promise<void>
  /**
   * Unlocks the slot, so that another process can open it. The text stays, and a write in progress completes before the
   * unlock or not at all. Later calls do nothing.
   */
  close(): Promise<void>
}

/** Stores sessions from one connection, or one process, to the next. */
export interface SessionStore {
  /** Whether saved sessions survive this process. */
  readonly durable: boolean
  /** ms that `open` may take, for stores that wait for another owner. Default 5000. */
  readonly openWithin?: number
  /**
   * Locks and opens the slot of a session for this process.
   *
   * @throws SessionBusyError when another owner has locked it. Any other error means that the store does not work.
   */
  open(key: SessionKey): Promise<SessionSlot>
  /**
   * Returns and deletes the unlocked texts that were saved for this bot under another number of shards. Stores that cannot
   * find them omit this method.
   */
  leftOver?(key: SessionKey): Promise<readonly string[]>
  /**
   * The state that all shards of a bot share, such as the times of its session starts. It is not locked: the last write of
   * several processes wins. Stores without shared state omit this method.
   */
  common?(appId: string): Pick<SessionSlot, 'load' | 'save'>
}

/** Fields of a new {@link SessionBusyError}. */
export interface SessionBusyErrorInit {
  readonly key: SessionKey
  /** The owner of the lock, as far as it is known, e.g. `'process 4711'`. */
  readonly holder: string
  /** The location of the session, e.g. a file name. */
  readonly place: string
}

/** The session is locked by another gateway. Two gateways on one shard would take events from each other. */
export class SessionBusyError extends QqkitError {
  readonly key: SessionKey

  constructor({ key, holder, place }: SessionBusyErrorInit) {
    const shard = `shard ${key.shard.index}/${key.shard.total}`
    super({
      code: 'session_busy',
      message: `the session of ${shard} in ${place} is in use by ${holder}`,
      advice: {
        en: 'Stop the other bot first, or give each one a session store of its own. Never run two bots on the same shard: each would get only a part of the events.',
        zh: '请先停止另一个正在运行的机器人，或为每个进程单独配置 session store。不要让两个进程使用同一个分片，否则每个进程都只能收到部分事件。',
      },
    })
    this.key = key
  }
}
