import type { Clock } from '@qqkit/core'
import { BoundedMap, parseTimestamp } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { Bot, BotFacts } from '../bot.js'
import type { Context, EventName } from '../context/context.js'
import { keyOfBot } from '../context/conversation.js'
import { fields, textOrNull } from '../events/fields.js'
import type { Scene, Target } from '../events/message.js'
import { checkMiddlewareOptions, fn } from '../middleware/check.js'
import { StoredValues } from '../middleware/state-store.js'
import { timedStore } from '../middleware/timed-store.js'
import { quietly } from '../middleware/warn-process.js'
import type { Middleware } from '../routing/layers.js'
import { scene } from '../routing/scene.js'
import { checkTarget, factsOf } from './errors.js'
import { memoryRecordStore, type RecordStore } from './record-store.js'

/** A place that the bot can write to: plain data. */
export interface Place {
  /** For `bot.send(place.target, …)`. */
  readonly target: Target
  /** The guild of a channel; `null` in other scenes, or if the platform does not tell. */
  readonly guildId: string | null
  /** Whether it takes proactive messages, as far as events told. Users and owners can switch them off. */
  readonly accepts: boolean
  /** Wall time in ms since 1970 at which the bot got to know it. */
  readonly since: number
  /** Private chats: wall time in ms of the user's last message; otherwise `null`. */
  readonly heardAt: number | null
  /** Private chats: wall time in ms of the last wake-up message; otherwise `null`. */
  readonly wokenAt: number | null
}

/** The places of some or all scenes. */
export interface PlaceList {
  /** The scenes of its places. Default: all. */
  readonly scenes?: readonly Scene[]
  /** All of them, in any order. */
  list(): Promise<readonly Place[]>
  /** One of them; `null` if the bot does not know it, or was removed from it. @throws ProactiveError `bad_target` */
  get(target: Target): Promise<Place | null>
  /** Forgets one, e.g. since a send was refused because the bot is not there. @throws ProactiveError `bad_target` */
  forget(target: Target): Promise<void>
}

/** The places that a bot knows. */
export interface Places extends PlaceList {
  /** The places of some scenes alone, e.g. for a broadcast to all groups. @throws BotError `unknown_scene` */
  of(...scenes: readonly [Scene, ...Scene[]]): PlaceList
}

/** Options of {@link rememberPlaces}. */
export interface PlacesOptions {
  /** Default: {@link memoryRecordStore}. Several bots can share a store: each has its own places in it. */
  readonly store?: RecordStore<Place>
  /** Scenes whose places are remembered. Default: all. Their events have to be permitted: name only the scenes that the bot has. */
  readonly scenes?: readonly Scene[]
}

/** What an event says about its place. */
type News = 'seen' | 'joined' | 'left' | 'accepts' | 'rejects'

/** Events beside messages and clicks that tell of a place (§4.4). */
const NEWS: Readonly<Partial<Record<EventName, News>>> = {
  GROUP_ADD_ROBOT: 'joined',
  GROUP_DEL_ROBOT: 'left',
  GROUP_MSG_RECEIVE: 'accepts',
  GROUP_MSG_REJECT: 'rejects',
  FRIEND_ADD: 'joined',
  FRIEND_DEL: 'left',
  C2C_MSG_RECEIVE: 'accepts',
  C2C_MSG_REJECT: 'rejects',
}

/** Events whose own id is that of a channel, or of the guild of several (§4.7). */
const CLOSED = ['CHANNEL_DELETE', 'GUILD_DELETE'] as const

/** The events to ask for, by scene: a bot without a handler for them would not hear of its removal. */
const TOLD_BY: Readonly<Record<Scene, readonly EventName[]>> = {
  c2c: ['FRIEND_ADD', 'FRIEND_DEL', 'C2C_MSG_RECEIVE', 'C2C_MSG_REJECT'],
  group: ['GROUP_ADD_ROBOT', 'GROUP_DEL_ROBOT', 'GROUP_MSG_RECEIVE', 'GROUP_MSG_REJECT'],
  channel: CLOSED,
  dm: [],
}

const ALL_SCENES = Object.keys(TOLD_BY) as readonly Scene[]

/** Places whose end is remembered: a message from before it may be handled after it. */
const REMEMBERED_ENDS = 1000

const keyOf = (appId: string, target: Target): string => {
  const { scene, id } = checkTarget(target)
  return keyOfBot({ appId }, `${scene}:${id}`)
}

const isPlace = ({ target }: Partial<Place>): boolean =>
  typeof target?.id === 'string' && ALL_SCENES.includes(target.scene)

const newsOf = (ctx: Context): News | null =>
  ctx.event === 'message' || ctx.event === 'interaction'
    ? 'seen'
    : ctx.event === 'unknown'
      ? null
      : (NEWS[ctx.event] ?? null)

const guildOf = (ctx: Context): string | null =>
  ctx.target?.scene === 'channel' ? textOrNull(fields(ctx.raw).guild_id) : null

/** The place after an event; `null` if it is gone, `undefined` if nothing changed. */
const placeAfter = (
  news: News,
  known: Place | undefined,
  { target, guildId, now, heardAt }: Pick<Place, 'target' | 'guildId' | 'heardAt'> & { readonly now: number },
): Place | null | undefined => {
  if (news === 'left') return known ? null : undefined
  const place = known ?? { target, guildId, accepts: true, since: now, heardAt: null, wokenAt: null }
  if (news === 'joined' || news === 'accepts')
    return place.accepts && known ? undefined : { ...place, accepts: true }
  if (news === 'rejects') return { ...place, accepts: false }
  if (heardAt !== null && heardAt > (place.heardAt ?? 0)) return { ...place, heardAt }
  return known ? undefined : place
}

/** The one object that changes the places of a bot. */
export class KnownPlaces implements Places {
  readonly #appId: string
  readonly #clock: Clock
  readonly #store: RecordStore<Place>
  readonly #values: StoredValues<Place>
  /** Wall time at which the bot left a place. */
  readonly #ends = new BoundedMap<number>({ limit: REMEMBERED_ENDS })
  readonly #scenes: readonly Scene[]

  constructor(
    { appId, clock }: Pick<BotFacts, 'appId' | 'clock'>,
    store: RecordStore<Place>,
    scenes: readonly Scene[] = ALL_SCENES,
  ) {
    this.#appId = appId
    this.#clock = clock
    this.#store = store
    this.#scenes = scenes
    this.#values = new StoredValues(timedStore(store, clock), isPlace)
  }

  async list(): Promise<readonly Place[]> {
    return this.#listOf(ALL_SCENES)
  }

  /** By scene: a store may hold other records of the bot, such as broadcasts. */
  async #listOf(scenes: readonly Scene[]): Promise<readonly Place[]> {
    const lists = scenes.map(async (scene) => this.#store.list(keyOfBot({ appId: this.#appId }, `${scene}:`)))
    return (await Promise.all(lists)).flat().filter(isPlace)
  }

  async get(target: Target): Promise<Place | null> {
    return (await this.#values.load(keyOf(this.#appId, target))) ?? null
  }

  of(...scenes: readonly Scene[]): PlaceList {
    // The check of `scene()`: its names, and at least one of them.
    scene(...scenes)
    return {
      scenes,
      list: async () => this.#listOf([...new Set(scenes)]),
      get: async (target) => (scenes.includes(target.scene) ? this.get(target) : null),
      forget: async (target) => this.forget(target),
    }
  }

  /** Whether they are those of a bot. */
  isOf({ appId }: Pick<BotFacts, 'appId'>): boolean {
    return appId === this.#appId
  }

  /** Changes one place, and returns what it was. */
  async change(
    target: Target,
    work: (known: Place | undefined) => Place | null | undefined,
  ): Promise<Place | null> {
    return this.#values.change(keyOf(this.#appId, target), (known) => ({
      save: work(known),
      result: known ?? null,
    }))
  }

  async forget(target: Target): Promise<void> {
    await this.change(target, (known) => (known ? null : undefined))
  }

  /** Notes what an event tells. */
  async learn(ctx: Context): Promise<void> {
    if ((CLOSED as readonly string[]).includes(ctx.event)) return this.#close(fields(ctx.raw).id)
    const news = newsOf(ctx)
    const { target } = ctx
    if (news === null || !target || !this.#scenes.includes(target.scene)) return
    const now = this.#clock.wall()
    const at = ctx.sentAt ?? parseTimestamp(fields(ctx.raw).timestamp) ?? now
    const key = keyOf(this.#appId, target)
    if (news === 'left') this.#ends.set(key, at)
    else if (news === 'joined') this.#ends.delete(key)
    else if (at <= (this.#ends.get(key) ?? -Infinity)) return
    const heardAt = ctx.event === 'message' && target.scene === 'c2c' ? at : null
    await this.change(target, (known) =>
      placeAfter(news, known, { target, guildId: guildOf(ctx), now, heardAt }),
    )
  }

  /** Forgets a channel, or all channels of a guild. */
  async #close(id: unknown): Promise<void> {
    const channels = await this.#listOf(['channel'])
    const gone = channels.filter(({ target, guildId }) => target.id === id || guildId === id)
    await Promise.all(gone.map(async ({ target }) => this.forget(target)))
  }
}

const A_STORE = 'must be a RecordStore, e.g. fileRecordStore({ path: "./places.jsonl" })'

const entries = {
  store: v.optional(
    v.looseObject(
      { load: fn(A_STORE), save: fn(A_STORE), remove: fn(A_STORE), list: fn(A_STORE), close: fn(A_STORE) },
      A_STORE,
    ),
  ),
  scenes: v.optional(
    v.array(v.picklist(ALL_SCENES, 'must be c2c, group, channel or dm'), 'must be a list of scenes'),
  ),
}

/**
 * Remembers every place that the bot hears of, and forgets it when the bot is removed: the platform lists none. Call it before
 * handlers are registered, since a handler that takes an event hides it from what comes later. Places are known from the first
 * event on; people and groups from before it are not.
 *
 * @example
 * const places = rememberPlaces(bot, { store: fileRecordStore({ path: './places.jsonl' }) })
 * for (const { target } of await places.of('group').list()) await bot.send(target, 'Good morning!')
 * @throws OptionsError; ProactiveError `no_bot`; BotError `registered_after_start`
 */
export const rememberPlaces = (bot: Bot, options: PlacesOptions = {}): Places => {
  const facts = factsOf(bot)
  checkMiddlewareOptions('rememberPlaces', entries, options)
  const { store = memoryRecordStore<Place>(), scenes = ALL_SCENES } = options
  const places = new KnownPlaces(facts, store, scenes)
  const unlessItFails = quietly('PlacesNotRemembered')
  const remember: Middleware<Context> = async (ctx, next) => {
    const noted = unlessItFails(async () => places.learn(ctx))
    try {
      await next()
    } finally {
      await noted
    }
  }
  const dispose = (): void => void unlessItFails(async () => store.close())
  bot.use(Object.assign(remember, { [Symbol.dispose]: dispose }))
  for (const event of scenes.flatMap((scene) => TOLD_BY[scene])) bot.on(event, async (_ctx, next) => next())
  return places
}
