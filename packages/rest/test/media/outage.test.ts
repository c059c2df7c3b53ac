import { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'

import { image, RestError, type MediaSource } from '../../src/index.js'
import { onStage, png, type MediaStage, type MediaStageOptions } from '../support/media-stage.js'
import { ScriptedDispatcher, type Reply } from '../support/scripted-dispatcher.js'

const SECOND = 1000
const BLOCK = 10_000

/** How a platform is away. */
const AWAY: Readonly<Record<string, Reply>> = {
  refused: 'refused',
  'a black hole for connections': 'connecting',
  'a black hole for requests': 'hang',
  reset: 'reset',
}

/** The requests of a message with a file, by what they do. */
const STAGES: Readonly<Record<string, RegExp>> = {
  token: /getAppAccessToken$/,
  ask: /upload_prepare$/,
  parts: /^\/_cos\//,
  finish: /upload_part_finish$/,
  files: /\/files$/,
  send: /\/messages$/,
}

/** A platform that is away for a while from the first request of a stage on: for all of them, or for those of the stage. */
class Away extends Dispatcher {
  readonly #platform: Dispatcher
  readonly #gone: ScriptedDispatcher
  readonly #isAway: (path: string) => boolean

  constructor(platform: Dispatcher, reply: Reply, isAway: (path: string) => boolean) {
    super()
    this.#platform = platform
    this.#gone = new ScriptedDispatcher(() => reply)
    this.#isAway = isAway
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const dispatcher = this.#isAway(options.path) ? this.#gone : this.#platform
    return dispatcher.dispatch(options, handler)
  }
}

const away = (
  reply: Reply,
  stage: RegExp,
  { length, everything }: { readonly length: number; readonly everything: boolean },
): MediaStageOptions['between'] => {
  let until: number | null = null
  return (platform, clock) =>
    new Away(platform, reply, (path) => {
      const struck = stage.test(path)
      if (struck) until ??= clock.now() + length
      return until !== null && clock.now() < until && (struck || everything)
    })
}

const FILES = {
  'in parts': { data: png(2 * BLOCK + 1), name: 'a.png' },
  whole: { data: png(500), name: 'a.png' },
  'as an address': 'https://example.com/a.png',
} as const
const PASSED: Readonly<Record<string, readonly string[]>> = {
  'in parts': Object.keys(STAGES),
  whole: ['token', 'files', 'send'],
  'as an address': ['token', 'files', 'send'],
}

/** Sends a picture to a person or a group, and tells what became of it and how many messages there are. */
const sendPicture = async (
  scene: 'ann' | 'room',
  source: MediaSource,
  between: MediaStageOptions['between'],
): Promise<string> => {
  let told = ''
  const story = async (made: MediaStage): Promise<void> => {
    const { rest, sim, settle } = made
    const people = scene === 'room' ? sim.group('room').user('ann') : sim.user('ann')
    const anchor = { msgId: people.say('a picture?').id }
    const sending = rest.send<'c2c' | 'group'>(made[scene], image(source), { anchor })
    const outcome: unknown = await settle(sending.catch((error: unknown) => error))
    const became = RestError.is(outcome) ? `${outcome.code}, delivered: ${outcome.delivered}` : 'arrived'
    told = `${became} ${sim.oracle.executed(scene === 'room' ? 'group.send' : 'c2c.send')}`
  }
  await onStage(story, {
    sim: { uploadBlockSize: BLOCK },
    rest: { media: { chunkAbove: 1000 } },
    between,
  })
  return told
}

describe.each(Object.entries(AWAY))('RS-45 a platform that is away (%s)', (_how, reply) => {
  describe.each([1, 18, 55])('for %d s', (length) => {
    it.each(Object.entries(FILES))('still gets the reply with a file that goes %s', async (way, source) => {
      for (const name of PASSED[way] ?? [])
        for (const everything of [false, true]) {
          const between = away(reply, STAGES[name] ?? /./, { length: length * SECOND, everything })
          const became = await sendPicture(everything ? 'ann' : 'room', source, between)
          expect([name, everything, became]).toEqual([name, everything, 'arrived 1'])
        }
    })
  })
})
