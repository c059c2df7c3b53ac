import { didYouMean, isThenable } from '@qqkit/core/internal'

import { BotError } from '../common/errors.js'
import { requireSync } from '../common/require-sync.js'
import type { Context, ContextMap, EventName } from '../context/context.js'
import { NamedEventContext } from '../context/event-context.js'
import { InteractionContext } from '../context/interaction-context.js'
import { type MessageContext, SceneMessageContext } from '../context/message-context.js'
import { canHandle, handledNames } from '../events/event-names.js'
import type { Scene } from '../events/message.js'
import type { Filter, Middleware } from '../routing/layers.js'
import {
  bothScenes,
  checkFilter,
  checkRest,
  type Feature,
  type Guard,
  type Registration,
} from '../routing/registration.js'
import { HandlerRegistry } from '../routing/registry.js'
import { type SceneFilter, scenesOf } from '../routing/scene.js'
import { ComposerError } from './errors.js'

/** Middleware that knows something about each event, such as `session()` and `history()`. */
export interface Provider<T> extends Middleware<Context> {
  of(ctx: Context): T
}

/** What providers add to a context, by their names. */
export type Provided<P extends Readonly<Record<string, Provider<unknown>>>> = {
  readonly [K in keyof P]: ReturnType<P[K]['of']>
}

const isProvider = (value: unknown): value is Provider<unknown> =>
  typeof value === 'function' && 'of' in value && typeof value.of === 'function'

const CONTEXTS = [SceneMessageContext, InteractionContext, NamedEventContext].map(
  ({ prototype }) => prototype,
)

/** Fields that contexts have of their own, not of their class. */
const FIELDS: ReadonlySet<string> = new Set([
  'event',
  'name',
  'id',
  'replayed',
  'raw',
  'target',
  'command',
  'match',
  'interaction',
])

const isTaken = (name: string): boolean => FIELDS.has(name) || CONTEXTS.some((prototype) => name in prototype)

/** Adds properties to the context of one event. Getters stay getters. */
const extendContext = (ctx: Context, added: unknown): void => {
  if (typeof added !== 'object' || added === null) throw new ComposerError('bad_extension', String(added))
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(added))) {
    if (name in ctx || isTaken(name)) throw new ComposerError('name_taken', name)
    Object.defineProperty(ctx, name, property)
  }
}

/** What a guard says about events: `event` is the only one that it accepts. */
interface NamedGuard extends Guard {
  readonly event: EventName | null
}

const both = (outer: Guard, inner: Guard | null): Guard =>
  inner === null
    ? outer
    : {
        accepts: (ctx) => requireSync(outer.accepts(ctx), 'a filter') && inner.accepts(ctx),
        scenes: bothScenes(outer.scenes, inner.scenes),
      }

/** For a handler whose events its composer never lets through. */
const checkReachable = ({ event, scenes }: NamedGuard, { interest }: Registration, guard: Guard): void => {
  if (!interest || interest.event === 'raw') return
  if (event !== null && event !== 'raw' && event !== interest.event)
    throw new ComposerError('unreachable_handler', `${interest.event} below ${scenes ? 'scene()' : event}`)
  if (interest.event === 'message' && bothScenes(guard.scenes, interest.scenes)?.length === 0)
    throw new ComposerError('unreachable_handler', (interest.scenes ?? []).join(', '))
}

/**
 * A group of handlers as a value: `bot.use(composer)` registers them as if they stood there. `X` is what its middleware adds to
 * contexts. Give it for a group that relies on what others add, and use the group there: `counting.use(group)`; elsewhere it is a
 * mistake that the compiler reports.
 *
 * @example
 * const counting = new Composer().extend({ chat: session({ initial: () => ({ turns: 0 }) }) })
 * counting.command('count', (ctx) => ctx.reply(`turn ${++ctx.chat.turns}`))
 * bot.use(counting)
 */
export class Composer<X = unknown, N = X> extends HandlerRegistry<X> implements Feature<N> {
  /** Only a type. */
  declare readonly needs?: (ctx: N) => void
  readonly #registrations: Registration[] = []
  #isInUse = false
  /** Where a filtered group adds its handlers too. */
  #parent: { readonly register: (registration: Registration) => void; readonly guard: NamedGuard } | null =
    null

  /**
   * A group of handlers for the events that a filter accepts, in this place. The filter is asked for each handler whose event comes,
   * after the middleware before it.
   *
   * @example
   * const groups = composer.filter(scene('group'))
   * groups.command('who', (ctx) => ctx.reply(ctx.message.groupId))
   * @returns the group: add handlers to it
   * @throws BotError `unknown_event`, `no_filter`, `one_handler`
   */
  filter<S extends Scene>(filter: SceneFilter<S>): Composer<X & MessageContext<S>, N>
  filter<C extends Context & X>(filter: (ctx: Context & X) => ctx is C): Composer<X & C, N>
  filter<C extends Context>(filter: (ctx: Context) => ctx is C): Composer<X & C, N>
  filter(filter: Filter<Context & X>): Composer<X, N>
  filter<E extends EventName>(event: E): Composer<X & ContextMap[E], N>
  filter<S extends Scene>(event: 'message', filter: SceneFilter<S>): Composer<X & MessageContext<S>, N>
  filter<E extends EventName, C extends ContextMap[E] & X>(
    event: E,
    filter: (ctx: ContextMap[E] & X) => ctx is C,
  ): Composer<X & C, N>
  filter<E extends EventName, C extends ContextMap[E]>(
    event: E,
    filter: (ctx: ContextMap[E]) => ctx is C,
  ): Composer<X & C, N>
  filter<E extends EventName>(event: E, filter: Filter<ContextMap[E] & X>): Composer<X & ContextMap[E], N>
  filter(...given: readonly unknown[]): unknown {
    const [first] = given
    const event = typeof first === 'string' ? first : null
    const filter = event === null ? first : given[1]
    if (event !== null && !canHandle(event))
      throw new BotError('unknown_event', event + didYouMean(event, handledNames()))
    if (event === null || given.length > 1) checkFilter(filter)
    checkRest(given, event === null ? 1 : 2)
    const scenes = scenesOf(filter)
    const asked = filter as Filter<Context> | undefined
    const only = (event ?? (scenes && 'message')) as EventName | null
    const isOfEvent = (ctx: Context): boolean => only === null || only === 'raw' || ctx.event === only
    const guard: NamedGuard = {
      accepts: (ctx) => isOfEvent(ctx) && (asked === undefined || asked(ctx)),
      scenes,
      event: only,
    }
    const group = new Composer<never>()
    group.#parent = { register: (registration) => this.register(registration), guard }
    return group
  }

  /**
   * Adds properties to the contexts of later handlers in this group: those of an object that a function gives for each event, or what
   * middleware knows about the event, by name.
   *
   * @example
   * const members = new Composer().extend(async (ctx) => ({ member: await findMember(ctx.target) }))
   * const chats = new Composer().extend({ chat: session({ initial: () => ({ turns: 0 }) }), recent: history() })
   * @returns the same group, with the type of its contexts
   * @throws ComposerError `bad_extension`, `name_taken`
   */
  extend<P extends Readonly<Record<string, Provider<unknown>>>>(providers: P): Composer<X & Provided<P>, N>
  extend<Y extends object>(make: (ctx: Context & X) => Y | Promise<Y>): Composer<X & Y, N>
  extend(given: unknown): unknown {
    if (typeof given === 'function') this.#extendBy(given as (ctx: Context) => unknown)
    else this.#provide(given)
    return this
  }

  /** Its handlers, for `bot.use()`: from now on none can be added. */
  registrations(): readonly Registration[] {
    this.#isInUse = true
    return this.#registrations
  }

  /** @internal */
  protected override register(registration: Registration): void {
    if (this.#isInUse) throw new ComposerError('composer_in_use')
    const guard = this.#parent ? both(this.#parent.guard, registration.guard) : registration.guard
    if (this.#parent && guard) checkReachable(this.#parent.guard, registration, guard)
    const whole = { ...registration, guard, handles: [...registration.handles, this] }
    this.#parent?.register(whole)
    this.#registrations.push(whole)
  }

  #extendBy(make: (ctx: Context) => unknown): void {
    this.use((ctx, next) => {
      const added = make(ctx)
      if (!isThenable(added)) {
        extendContext(ctx, added)
        return next()
      }
      return (async () => {
        extendContext(ctx, await added)
        await next()
      })()
    })
  }

  #provide(providers: unknown): void {
    const named = typeof providers === 'object' && providers !== null ? Object.entries(providers) : []
    if (named.length === 0) throw new ComposerError('bad_extension', String(providers))
    for (const [name, provider] of named) {
      if (!isProvider(provider)) throw new ComposerError('bad_extension', name)
      if (isTaken(name)) throw new ComposerError('name_taken', name)
    }
    for (const [name, provider] of named as [string, Provider<unknown>][])
      this.use(provider, (ctx, next) => {
        extendContext(ctx, Object.defineProperty({}, name, { get: () => provider.of(ctx) }))
        return next()
      })
  }
}
