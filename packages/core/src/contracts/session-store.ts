import { QqkitError } from '../errors.js'
import type { ShardId } from './source.js'

/** Which session a place of a store is for: one shard of one bot. */
export interface SessionKey {
  readonly appId: string
  readonly shard: ShardId
}

/**
 * The place of one session, taken by one process. Keeps a text and never looks inside: what it means, and whether it is
 * still intact, is the gateway's business. Every method may be slow, reject or never settle; the gateway then only loses
 * the ability to resume after a restart. One call at a time, except that `close()` may come while another one hangs.
 */
export interface SessionSlot {
  /**
   * Resolves when somebody else has taken the place over, because this process did not respond for too long: it must not be
   * used any more. Stores that cannot tell do without.
   */
  readonly taken?: Promise<SessionBusyError>
  /** What was saved last, by this process or an earlier one; `null` when there is nothing. */
  load(): Promise<string | null>
  /** Replaces what is kept, all or nothing, even if the process dies half way. Up to some 100 kB. */
  save(text: string): Promise<void>
  /** Forgets what is kept. */
  clear(): Promise<void>
  /**
   * Lets go of the place, so that another process can take it. What is kept stays, and what is being written is written
   * before or never. Harmless when repeated.
   */
  close(): Promise<void>
}

/** Where sessions are kept from one connection, or one process, to the next. */
export interface SessionStore {
  /** Whether what is saved outlives this process. */
  readonly durable: boolean
  /**
   * Takes the place of a session for this process.
   *
   * @throws SessionBusyError when somebody else has it. Any other error means that the store does not work.
   */
  open(key: SessionKey): Promise<SessionSlot>
  /**
   * What was kept for this bot under another number of shards, and that nobody has taken: it is given out once, and
   * forgotten. Stores that cannot tell do without.
   */
  leftOver?(key: SessionKey): Promise<readonly string[]>
  /**
   * The place of what all shards of a bot share, such as when it began sessions. Nobody takes it: of processes that run
   * beside each other the last word counts. Stores that have none do without.
   */
  common?(appId: string): Pick<SessionSlot, 'load' | 'save'>
}

/** What a {@link SessionBusyError} is made of. */
export interface SessionBusyErrorInit {
  readonly key: SessionKey
  /** Who has it, as far as is known, e.g. `'process 4711'`. */
  readonly holder: string
  /** Where it is kept, e.g. a file name. */
  readonly place: string
}

/** Two gateways for the same shard would take each other's events; the second one is refused when it opens its store. */
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
