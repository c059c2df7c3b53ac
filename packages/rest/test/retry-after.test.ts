import { Dispatcher } from 'undici'
import { expect, it } from 'vitest'

import { image, RestError } from '../src/index.js'
import { onStage, png, type MediaStage } from './support/media-stage.js'
import { ScriptedDispatcher } from './support/scripted-dispatcher.js'

const SECOND = 1000

/** What asks the platform, and which requests of it are struck. */
const ASKERS: Readonly<
  Record<string, readonly [RegExp, (stage: MediaStage, anchor: string) => Promise<unknown>]>
> = {
  'a reply': [/\/messages$/, ({ rest, ann }, msgId) => rest.send(ann, 'hi', { anchor: { msgId } })],
  'a patient reply': [
    /\/messages$/,
    ({ rest, ann }, msgId) => rest.send(ann, 'hi', { anchor: { msgId }, timeout: 4000 * SECOND }),
  ],
  'any call': [/\/users\/@me$/, ({ rest }) => rest.request('GET /users/@me')],
  'a click': [/\/interactions\//, ({ rest }) => rest.interactions.ack('a-click')],
  'the gateway lookup': [/\/gateway\/bot$/, ({ rest }) => rest.access.gateway()],
  'a token for the gateway': [/Token$/, ({ rest }) => rest.access.token({ fresh: true })],
  'a token for a call': [/Token$/, ({ rest }) => rest.request('GET /users/@me')],
  'a stream': [
    /\/stream_messages$/,
    ({ rest, ann }, msgId) => rest.stream({ scene: 'c2c', id: ann.id }, ['a', 'b'], { anchor: { msgId } }),
  ],
  'a whole upload': [/\/files$/, ({ rest, ann }) => rest.send(ann, image({ data: png(500), name: 'a.png' }))],
  ...Object.fromEntries(
    [/\/upload_prepare$/, /^\/_cos\//, /\/upload_part_finish$/, /\/files$/].map((path) => [
      `an upload in parts at ${path.source}`,
      [path, ({ rest, ann }: MediaStage) => rest.media.upload(ann, { data: png(2500), name: 'a.png' })],
    ]),
  ),
}

/** Which request is answered how, and how long others are not to come, in ms. */
interface Rule {
  readonly path: RegExp
  readonly nth: number
  readonly status: number
  readonly wait: number
}

/** A platform that answers the n-th request of a kind, and all that come sooner than told after that, with a wait. */
class Waits extends Dispatcher {
  /** When each of them came, since the wait was told. */
  readonly early: number[] = []
  readonly #platform: Dispatcher
  readonly #now: () => number
  readonly #rule: Rule
  #told: number | null = null
  #count = 0

  constructor(platform: Dispatcher, now: () => number, rule: Rule) {
    super()
    this.#platform = platform
    this.#now = now
    this.#rule = rule
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { path, nth, status, wait } = this.#rule
    const now = this.#now()
    if (!path.test(options.path) || this.#count++ < nth) return this.#platform.dispatch(options, handler)
    if (this.#told !== null && now >= this.#told + wait) return this.#platform.dispatch(options, handler)
    if (this.#told !== null) this.early.push(now - this.#told)
    this.#told ??= now
    const headers = { 'retry-after': String(wait / SECOND) }
    return new ScriptedDispatcher(() => ({ status, headers })).dispatch(options, handler)
  }
}

it.each(Object.entries(ASKERS))(
  'RS-46 no request is made before Retry-After: %s',
  async (name, [path, ask]) => {
    for (const status of [429, 503, 401])
      for (const wait of [5, 29, 45, 61, 120, 3000].map((seconds) => seconds * SECOND))
        for (const nth of name === 'a stream' ? [0, 1] : [0]) {
          // A whole file is asked for in another way then, in parts, which is another request.
          if (status === 503 && name === 'a whole upload') continue
          let waits: Waits | undefined
          await onStage(
            async (stage) => {
              const { sim, settle, clock } = stage
              // Refused as too frequent, the next one waits as well; otherwise it is a matter of the call alone.
              const asking = status === 429 || path.source === 'Token$' ? 2 : 1
              for (let count = 0; count < asking; count += 1) {
                const began = clock.now()
                const outcome = await settle(
                  ask(stage, sim.user('ann').say('hi').id).catch((error: unknown) => error),
                )
                const what = [name, status, wait, nth, count]
                expect([...what, waits?.early]).toEqual([...what, []])
                if (!(outcome instanceof Error) || status === 401) continue
                const told = RestError.is(outcome) ? outcome : (outcome.cause as RestError)
                expect([...what, told.retryAfter]).toEqual([...what, wait - (count === 0 ? 0 : began)])
              }
            },
            {
              sim: { uploadBlockSize: 1000 },
              rest: { media: { chunkAbove: 1000 } },
              between: (platform, clock) =>
                (waits = new Waits(platform, () => clock.now(), { path, nth, status, wait })),
            },
          )
        }
  },
)
