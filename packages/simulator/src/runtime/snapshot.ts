import type { Bot } from '../core/bot/state.js'
import { findPeer } from '../core/places/peers.js'
import type { LiveSettings } from '../core/rules/live-settings.js'
import type { Scene } from '../core/rules/scene.js'
import { isExpired } from '../core/streams/stream.js'
import type { World } from '../core/world/world.js'

/** A snapshot of a connection. */
export interface ConnectionSnapshot {
  readonly id: number
  readonly bot: string | null
  readonly session: string | null
  readonly frozen: boolean
  /** ms since the epoch. */
  readonly openedAt: number
  /** Time of the client's last frame, in ms since the epoch. */
  readonly heardAt: number
}

/** A snapshot of a session. */
export interface SessionSnapshot {
  readonly id: string
  readonly bot: string
  readonly shard: readonly [number, number]
  readonly intents: number
  readonly connection: number | null
  readonly seq: number
  /** Events that a Resume could replay. */
  readonly replayable: number
  readonly expiresAt: number | null
}

/** A snapshot of a conversation. */
export interface PeerSnapshot {
  readonly bot: string
  readonly scene: Scene
  readonly name: string
  readonly id: string
  readonly present: boolean
  readonly accepts: boolean
  readonly muted: boolean
}

/**
 * A snapshot of an open stream
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
 */
export interface StreamSnapshot {
  readonly id: string
  readonly bot: string
  /** Name of the user. */
  readonly peer: string
  /** ms since the epoch. */
  readonly openedAt: number
  /** Index of its last frame. */
  readonly index: number
  /** Characters so far. */
  readonly length: number
}

/** A bot without its secrets. */
export interface BotSnapshot {
  readonly appId: string
  readonly name: string
  readonly userId: string
  readonly intents: number
  readonly standing: Bot['standing']
  readonly webhook: string | null
  readonly sessionStartsUsed: number
}

/** The state of a simulator, as a copy. */
export interface Snapshot {
  /** ms since the epoch, on the simulator's clock. */
  readonly now: number
  /** Positions of the live switches. */
  readonly live: LiveSettings
  readonly bots: readonly BotSnapshot[]
  readonly connections: readonly ConnectionSnapshot[]
  readonly sessions: readonly SessionSnapshot[]
  readonly peers: readonly PeerSnapshot[]
  readonly streams: readonly StreamSnapshot[]
}

const openStreams = (world: World): readonly StreamSnapshot[] =>
  [...world.streams.values()]
    .filter((stream) => stream.stage === 'open' && !isExpired(world, stream))
    .map(({ id, bot, peerId, openedAt, index, text }) => ({
      id,
      bot,
      peer: findPeer(world, bot, 'c2c', peerId)?.name ?? '',
      openedAt,
      index,
      length: text.length,
    }))

/** Copies the world into a snapshot. */
export const takeSnapshot = (world: World): Snapshot => ({
  now: world.now,
  live: { ...world.live },
  bots: [...world.bots.values()].map(({ appId, name, userId, intents, standing, webhook, starts }) => ({
    appId,
    name,
    userId,
    intents,
    standing,
    webhook,
    sessionStartsUsed: starts.used,
  })),
  connections: [...world.connections.values()].map(({ id, bot, session, frozen, openedAt, heardAt }) => ({
    id,
    bot,
    session,
    frozen,
    openedAt,
    heardAt,
  })),
  sessions: [...world.sessions.values()].map(
    ({ buffer, id, bot, shard, intents, connection, seq, expiresAt }) => ({
      id,
      bot,
      shard: [shard[0], shard[1]],
      intents,
      connection,
      seq,
      replayable: buffer.length,
      expiresAt,
    }),
  ),
  peers: [...world.peers.values()].map(({ bot, scene, name, id, present, accepts, muted }) => ({
    bot,
    scene,
    name,
    id,
    present,
    accepts,
    muted,
  })),
  streams: openStreams(world),
})
