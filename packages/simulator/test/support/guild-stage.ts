import { onStage, type Stage } from './stage.js'

/** A stage on which the first guild has a few members. */
export interface GuildStage extends Stage {
  /** A path of the guild. */
  readonly at: (path?: string) => string
  /** The user id of a person in the guild. */
  readonly id: (name: string) => string
  /** The path of a channel of the guild. */
  readonly in: (channel: string, path?: string) => string
  /** The payload of the newest event of a name, after its first arrival. */
  readonly newest: (t: string) => Promise<unknown>
}

/** A guild with its owner, the bot as an admin, and ann and bob. */
export const inGuild = async (
  story: (stage: GuildStage) => Promise<void>,
  options: Parameters<typeof onStage>[1] = {},
): Promise<void> =>
  onStage(async (stage) => {
    const { sim, socket } = stage
    for (const name of ['ann', 'bob']) sim.guild().user(name).join()
    await story({
      ...stage,
      at: (path = '') => `/guilds/${sim.guild().id}${path}`,
      id: (name) => sim.guild().user(name).id,
      in: (channel, path = '') => `/channels/${sim.channel(channel).id}${path}`,
      newest: async (t) => {
        await socket.until((frame) => frame.t === t)
        return socket.frames.findLast((frame) => frame.t === t)?.d
      },
    })
  }, options)

/** The current time as RFC 3339, in the platform's format. */
export const nowText = ({ clock }: Stage, ms = 0): string =>
  `${new Date(clock.wall() + ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
