import type { Clock } from '@qqkit/core'
import { GenerationalMap } from '@qqkit/core/internal'

import { isObject } from '../http/json.js'
import { untilMidnight, type Window } from './windows.js'

/** Minimum number of channels whose guild is remembered. */
const KNOWN = 10_000

/** A channel that has received proactive messages today. */
interface ActiveChannel {
  /** Messages of this process in flight. */
  open: number
  /** Those of them that have their answer. */
  taken: number
  /** Whether the store has counted the channel for its guild. */
  stored: boolean
  guild: string | undefined
}

/** What was sent today. */
interface Today {
  readonly active: Map<string, ActiveChannel>
  readonly byGuild: Map<string, Set<ActiveChannel>>
  /** Channels of each guild that a store has counted. */
  readonly stored: Map<string, number>
}

const never = (): boolean => false

/**
 * Limits proactive messages to a number of channels per guild and day in China
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}). A channel that received
 * one today may receive more, and a channel of an unknown guild is not limited.
 */
export class GuildChannels {
  readonly #most: number
  readonly #remembers: boolean
  readonly #clock: Pick<Clock, 'wall'>
  readonly #guilds = new GenerationalMap<string>({ size: KNOWN, keeps: never })
  #day: Today | undefined
  /** End of the current day, on the clock. */
  #over = -Infinity

  /**
   * @param most channels per guild and day; `Infinity`: no limit
   * @param counted whether somebody else counts the channels of guilds, who needs their guilds
   */
  constructor(
    { most, counted }: { readonly most: number; readonly counted: boolean },
    clock: Pick<Clock, 'wall'>,
  ) {
    this.#most = most
    this.#remembers = counted || most !== Infinity
    this.#clock = clock
  }

  /** Made at its first use: most bots send no proactive message to a channel. */
  get #today(): Today {
    return (this.#day ??= { active: new Map(), byGuild: new Map(), stored: new Map() })
  }

  /** Whether there is a limit. */
  get counts(): boolean {
    return this.#most !== Infinity
  }

  guildOf(channel: string): string | undefined {
    return this.#guilds.get(channel)
  }

  /** Takes the data of any event or answer, and remembers the guild of the channel if both are named. */
  observe(data: unknown, of?: string): void {
    if (!this.#remembers || !isObject(data)) return
    const { channel_id: channel = of, guild_id: guild } = data
    if (typeof channel !== 'string' || typeof guild !== 'string' || channel === '' || guild === '') return
    if (this.#guilds.get(channel) === guild) return
    this.#guilds.add(channel, guild)
    const channelState = this.#day?.active.get(channel)
    if (channelState && channelState.guild === undefined) this.#join(channelState, guild)
  }

  /** Takes today's count of a guild from a store. */
  learn(now: number, guild: string, count: number): void {
    this.#turn(now)
    this.#today.stored.set(guild, Math.max(this.#today.stored.get(guild) ?? 0, count))
  }

  /** Marks a channel as counted by the store, once a day. Returns the guild if the store has to count it now. */
  tell(now: number, channel: string): string | undefined {
    this.#turn(now)
    const channelState = this.#today.active.get(channel)
    if (channelState?.guild === undefined || channelState.stored) return undefined
    channelState.stored = true
    this.#today.stored.set(channelState.guild, (this.#today.stored.get(channelState.guild) ?? 0) + 1)
    return channelState.guild
  }

  hasRoom(now: number, channel: string): boolean {
    this.#turn(now)
    const guild = this.#guilds.get(channel)
    return guild === undefined || this.#today.active.has(channel) || this.#used(guild) < this.#most
  }

  /** The limit as a window of one channel. */
  of(channel: string): Window {
    return {
      readyAt: (now) => (this.hasRoom(now, channel) ? now : this.#over),
      take: (now) => {
        this.#turn(now)
        this.#open(channel).open += 1
      },
      end: (_stamp, at) => {
        this.#turn(at ?? -Infinity)
        const channelState = this.#open(channel)
        channelState.open -= 1
        if (at !== null) channelState.taken += 1
        if (channelState.open > 0 || channelState.taken > 0 || channelState.stored) return
        this.#today.active.delete(channel)
        if (channelState.guild !== undefined)
          this.#today.byGuild.get(channelState.guild)?.delete(channelState)
      },
      learn: (now, count) => {
        this.#turn(now)
        if (count > 0) this.#open(channel).stored = true
      },
      idle: () => true,
    }
  }

  #used(guild: string): number {
    let used = this.#today.stored.get(guild) ?? 0
    for (const { stored } of this.#today.byGuild.get(guild) ?? []) if (!stored) used += 1
    return used
  }

  #open(channel: string): ActiveChannel {
    const known = this.#today.active.get(channel)
    if (known) return known
    const channelState: ActiveChannel = { open: 0, taken: 0, stored: false, guild: undefined }
    this.#today.active.set(channel, channelState)
    const guild = this.#guilds.get(channel)
    if (guild !== undefined) this.#join(channelState, guild)
    return channelState
  }

  #join(channelState: ActiveChannel, guild: string): void {
    channelState.guild = guild
    const others = this.#today.byGuild.get(guild)
    if (others) others.add(channelState)
    else this.#today.byGuild.set(guild, new Set([channelState]))
  }

  #turn(now: number): void {
    if (now < this.#over) return
    this.#over = now + untilMidnight(this.#clock.wall())
    const before = this.#day
    this.#day = undefined
    // Messages in flight may arrive today.
    for (const [channel, { open }] of before?.active ?? []) if (open > 0) this.#open(channel).open = open
  }
}
