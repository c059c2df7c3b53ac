import { type CallAction, type LiveSettings } from '@qqkit/simulator'
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { StreamError, type StreamResult } from '../../src/index.js'
import { endingOf, streamStage, type StreamStage } from '../support/stream-stage.js'
import { readConversation } from '../support/streaming.js'

/** What can become of a chunk, and of a message that is sent instead of one. */
const CHUNK_FAULTS: readonly CallAction[] = [
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'during' },
  { kind: 'reset', when: 'after' },
  { kind: 'hang', when: 'before' },
  { kind: 'hang', when: 'after' },
  { kind: 'delay', ms: 700 },
  { kind: 'delay', ms: 12_000 },
  { kind: 'delay', ms: 12_000, when: 'before' },
  { kind: 'answer', status: 500, body: { message: 'system error' }, when: 'before' },
  { kind: 'answer', status: 500, body: { message: 'system error' }, when: 'after' },
  { kind: 'answer', status: 502, raw: '<html>', type: 'text/html', when: 'after' },
  { kind: 'answer', status: 401, body: { code: 11244, message: 'token expired' }, when: 'before' },
  { kind: 'answer', status: 200, raw: '{"id":', type: 'application/json', when: 'after' },
  { kind: 'error', code: 50001, when: 'before' },
  { kind: 'error', code: 50001, status: 400, when: 'after' },
  { kind: 'error', code: 50002, status: 429 },
  { kind: 'error', code: 40034021, status: 400 },
  // Somebody on the way has repeated the call: it was taken.
  { kind: 'error', code: 40006, status: 404, when: 'after' },
  { kind: 'error', code: 40007, status: 404 },
  { kind: 'error', code: 40034006, status: 400 },
  { kind: 'error', code: 40034005, status: 400 },
  { kind: 'error', code: 40054007, status: 400 },
]
const SEND_FAULTS: readonly CallAction[] = [
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'answer', status: 502, raw: '<html>', type: 'text/html', when: 'after' },
  { kind: 'error', code: 40034105, status: 400 },
]

interface Strike {
  readonly route: 'c2c.stream' | 'c2c.send'
  readonly action: CallAction
  readonly skip: number
  readonly times: number
}

const strike = (route: Strike['route'], actions: readonly CallAction[], most: number): fc.Arbitrary<Strike> =>
  fc.record({
    route: fc.constant(route),
    action: fc.constantFrom(...actions),
    skip: fc.nat({ max: most }),
    times: fc.constantFrom(1, 1, 1, 2, 3, 8, 25),
  })

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('一句话。', 'word ', '\n', '😀', '```\n', '\n```\n', ' '),
)

interface Talk {
  readonly pieces: readonly string[]
  readonly pause: number
  readonly mode: 'append' | 'replace'
  readonly contentType: 'text' | 'markdown'
  readonly maxLength: number | { readonly bytes: number } | undefined
  readonly maxAge: number | undefined
  /** ms after which it is aborted. */
  readonly abortAt: number | null
  /** ms after which it begins. */
  readonly startAt: number
}

const talk: fc.Arbitrary<Talk> = fc.record({
  pieces: fc.array(piece, { maxLength: 40 }),
  pause: fc.constantFrom(10, 200, 700, 3000, 70_000),
  mode: fc.constantFrom('append', 'replace'),
  contentType: fc.constantFrom('text', 'markdown'),
  maxLength: fc.constantFrom<Talk['maxLength'][]>(undefined, undefined, 100, { bytes: 200 }),
  maxAge: fc.constantFrom(undefined, undefined, 5000, 30_000, Infinity),
  abortAt: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.nat({ max: 20_000 }) },
  ),
  startAt: fc.nat({ max: 3000 }),
})

const live: fc.Arbitrary<Partial<LiveSettings>> = fc.record({
  streamRemaining: fc.constantFrom('zero', 'absent', 'real'),
  streamSlots: fc.constantFrom('one', 'one', 'one', 'per_chunk'),
  streamsPerUser: fc.constantFrom('one', 'one', 'any'),
  streamWithoutFinal: fc.constantFrom('unfinished', 'first_frame'),
  errorNumbers: fc.constantFrom('differ', 'same'),
  replyLimit: fc.constantFrom('code_22009', 'code_40034128', 'status_500', 'off'),
})

const scene = fc.record({
  talks: fc.array(talk, { minLength: 1, maxLength: 2 }),
  strikes: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: strike('c2c.stream', CHUNK_FAULTS, 12) },
      { weight: 1, arbitrary: strike('c2c.send', SEND_FAULTS, 1) },
    ),
    { maxLength: 5 },
  ),
  live,
})

/** A refusal that says an index was taken is no lie where every chunk is taken that arrives. */
const isLie = ({ action }: Strike, { streamSlots }: Partial<LiveSettings>): boolean =>
  action.kind === 'error' && action.code === 40006 && streamSlots === 'per_chunk'

type Ending = StreamResult | StreamError

/** What was written, and what became of it. */
interface Played {
  readonly written: string
  readonly ending: Ending
}

/** Plays one talk, and gives what was written and how it ended. */
const play = async (
  stage: StreamStage,
  { pieces, pause, mode, abortAt, startAt, ...options }: Talk,
): Promise<Played> => {
  const { clock, sim, rest } = stage
  const after = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(ms, resolve))
  await after(startAt)
  const ann = sim.user('ann')
  const anchor = { msgId: ann.say('tell me').id }
  const stream = rest.openStream({ scene: 'c2c', id: ann.id }, { anchor, mode, ...options })
  let written = ''
  const cancel =
    abortAt === null ? () => {} : clock.setTimer(abortAt, () => void stream.abort().catch(() => {}))
  for (const piece of pieces) {
    await after(pause)
    if (stream.stopped.aborted) break
    written += piece
    stream.write(mode === 'append' ? piece : written)
  }
  const ending = await endingOf(stream.end())
  cancel()
  return { written, ending }
}

/** Without blanks, and without what is put in to keep code blocks whole. */
const plain = (text: string): string => text.replaceAll(/[\s`]/g, '')

const isBlank = (text: string): boolean => !/\S/.test(text)

const told = ({ delivered, uncertain, undelivered }: Ending): string => delivered + uncertain + undelivered

/** What is wrong with how a stream ended. */
const faultsOf = ({ written, ending }: Played): string[] => {
  const faults: string[] = []
  if (told(ending) !== written) faults.push('the parts are not the text')
  const messages = plain(ending.messages.map(({ text }) => text).join(''))
  if (messages !== plain(ending.delivered)) faults.push('the messages are not what was delivered')
  const left = ending.undelivered + ending.uncertain
  if (!StreamError.is(ending) && ending.kind === 'streamed' && !isBlank(left))
    faults.push('said to be all of it')
  return faults
}

/** What is wrong with what people see: what is said to be there is there once, and nothing else but what is uncertain. */
const faultsSeen = (shown: readonly string[], endings: readonly Played[]): string[] => {
  const faults: string[] = []
  const visible = plain(shown.join(''))
  const sure = endings.map(({ ending }) => plain(ending.delivered))
  const maybe = endings.map(({ ending }) => plain(ending.delivered + ending.uncertain))
  if (visible.length < sure.join('').length) faults.push('text is lost')
  if (visible.length > maybe.join('').length) faults.push('text is doubled')
  // What two answers show is mixed.
  const one = endings.length === 1
  if (one && !visible.startsWith(sure.join(''))) faults.push('not what is said to be there')
  if (one && !maybe.join('').startsWith(visible)) faults.push('said not to be there')
  return faults
}

/** The most streams that were open to the user at once, by what the platform saw of them. */
const mostOpen = (stage: StreamStage): number => {
  const open = new Set<string>()
  let most = 0
  for (const { id, change } of stage.sim.log.of('message')) {
    if (change === 'streaming') open.add(id)
    if (change === 'streamed' || change === 'unfinished') open.delete(id)
    most = Math.max(most, open.size)
  }
  return most
}

it('RS-26 RS-27 RS-29 RS-30 whatever breaks: no text is doubled, none lost in silence, calls are bounded, streams end', async () => {
  const seen = { doubt: 0, ordinary: 0, many: 0 }
  await fc.assert(
    fc.asyncProperty(scene, async ({ talks, live, ...given }) => {
      const strikes = given.strikes.filter((one) => !isLie(one, live))
      const stage = streamStage({ live, limits: false })
      for (const { route, action, skip, times } of strikes)
        stage.sim.faults.add({ on: 'call', match: { route }, do: action, skip, times })
      const endings = await stage.settle(Promise.all(talks.map((talk) => play(stage, talk))))
      const { shown, rewritten } = readConversation(
        stage.sim.log.of('message').filter(({ change }) => change !== 'unfinished'),
      )
      const messages = endings.flatMap(({ ending }) => ending.messages)
      const unfinished = messages.filter(({ kind, finished }) => kind === 'streamed' && !finished)
      const calls = stage.sim.log.of('call').filter(({ route }) => route.startsWith('c2c.'))
      const opened = mostOpen(stage)
      await stage.close()
      expect([...endings.flatMap(faultsOf), ...faultsSeen(shown, endings)]).toEqual([])
      expect(rewritten).toBe(false)
      const counted = live.streamSlots === 'per_chunk' && live.replyLimit !== 'off'
      const outlived = talks.some(({ maxAge }) => maxAge === Infinity)
      const undisturbed = strikes.length === 0 && !counted && !outlived
      expect(undisturbed ? unfinished : []).toEqual([])
      const doubtful = endings.filter(({ ending }) => ending.uncertain !== '').length
      expect(opened).toBeLessThanOrEqual(1 + unfinished.length + doubtful)
      const struck = strikes.reduce((sum, { times }) => sum + times, 0)
      const pieces = talks.reduce((sum, talk) => sum + talk.pieces.length, 0)
      expect(calls.length).toBeLessThanOrEqual(2 * pieces + 3 * struck + 40 * talks.length)
      seen.doubt += doubtful
      seen.ordinary += messages.filter(({ kind }) => kind === 'sent').length
      seen.many += endings.filter(({ ending }) => ending.messages.length > 1).length
    }),
    { numRuns: 300, seed: 20_261_130, endOnFailure: true },
  )
  // The faults were of some use.
  expect(Object.values(seen).every((count) => count > 5)).toBe(true)
}, 60_000)
