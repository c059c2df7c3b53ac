import {
  liveSwitches,
  type CallAction,
  type LiveSettings,
  type MemorySimulatorOptions,
} from '@qqkit/simulator'
import { afterEach, describe, expect, it } from 'vitest'

import type { Anchor, StreamOptions, StreamResult, StreamTarget } from '../../src/index.js'
import { endingOf, streamStage, type StreamStage } from '../support/stream-stage.js'
import { readConversation } from '../support/streaming.js'

let stage: StreamStage

afterEach(async () => {
  await stage.close()
})

const begin = (options: Omit<MemorySimulatorOptions, 'clock'> = {}): void => {
  stage = streamStage(options)
}

/** Somebody asks; what the answer goes to and hangs on. */
const ask = (): { readonly target: StreamTarget; readonly on: { readonly anchor: Anchor } } => {
  const person = stage.sim.user('ann')
  return { target: { scene: 'c2c', id: person.id }, on: { anchor: { msgId: person.say('tell me').id } } }
}

const answer = async (
  source: AsyncGenerator<string>,
  options: Partial<StreamOptions> = {},
  { target, on } = ask(),
): Promise<StreamResult> => stage.settle(stage.rest.stream(target, source, { ...on, ...options }))

const seen = (): readonly string[] => {
  const { shown, rewritten } = readConversation(stage.sim.log.of('message'))
  expect(rewritten).toBe(false)
  return shown
}

/** The text of an answer in tokens of so many characters, each different from the others. */
const tokens = (characters: number, each: number): readonly string[] =>
  Array.from({ length: Math.ceil(characters / each) }, (_, at) =>
    `${at.toString(36)} `.padStart(each, '·').slice(-each),
  )

/** Texts so far, for a caller that gives the whole each time. */
const growing = (pieces: readonly string[]): readonly string[] =>
  pieces.map((_, at) => pieces.slice(0, at + 1).join(''))

/** Loses the answer to every third call. */
const loseEveryThird = (action: CallAction): void => {
  for (let count = 1; count <= 200; count += 1)
    stage.sim.faults.add({ on: 'call', match: { route: 'c2c.stream' }, do: action, skip: 2 * count })
}

const PER_SECOND = 40
const MINUTE = 60

describe('an answer of 3 000 characters at 40 tokens a second, on the live platform', () => {
  const pieces = tokens(3000, 3)
  const text = pieces.join('')

  it('RS-28 is one bubble and one passive reply, and every call is answered with 200', async () => {
    begin()
    const asked = ask()
    const result = await answer(stage.speak(pieces, 1000 / PER_SECOND), {}, asked)
    expect(result).toMatchObject({
      kind: 'streamed',
      delivered: text,
      messages: [{ text, finished: true, mode: 'passive' }],
      steps: [],
    })
    expect(seen()).toEqual([text])
    expect(stage.chunks().every(({ status }) => status === 200)).toBe(true)
    // Three replies of four are left.
    for (const reply of ['b', 'c', 'd'])
      expect(await stage.settle(stage.rest.send(asked.target, reply, asked.on))).toMatchObject({
        mode: 'passive',
      })
    expect(stage.sim.oracle.refused(22009)).toBe(0)
  })

  const modes = [
    { mode: 'append', source: pieces },
    { mode: 'replace', source: growing(pieces) },
  ] as const
  const losses: readonly CallAction[] = [
    { kind: 'reset', when: 'after' },
    { kind: 'hang', when: 'after' },
    { kind: 'answer', status: 502, raw: '<html>', type: 'text/html', when: 'after' },
    { kind: 'answer', status: 500, body: { message: 'system error' }, when: 'after' },
  ]
  it.each(modes.flatMap((mode) => losses.map((loss) => ({ ...mode, loss }))))(
    'RS-26 loses every third answer ($mode, $loss.kind $loss.status): no text doubled, none lost, no second bubble',
    async ({ mode, source, loss }) => {
      begin()
      loseEveryThird(loss)
      const result = await answer(stage.speak(source, 1000 / PER_SECOND), { mode })
      expect(result).toMatchObject({
        kind: 'streamed',
        delivered: text,
        messages: [{ text, finished: true }],
      })
      expect(seen()).toEqual([text])
      expect(stage.sim.oracle.refused(40006)).toBeGreaterThan(0)
      expect(stage.sim.oracle.refused(40007)).toBe(0)
    },
  )

  it('RS-26 loses every third call before it arrives', async () => {
    begin()
    loseEveryThird({ kind: 'reset', when: 'before' })
    const result = await answer(stage.speak(pieces, 1000 / PER_SECOND))
    expect(result).toMatchObject({ kind: 'streamed', delivered: text, messages: [{ finished: true }] })
    expect(seen()).toEqual([text])
  })
})

describe('an answer of twelve minutes', () => {
  const pieces = tokens(12 * MINUTE * 4, 4)
  const text = pieces.join('')

  it('RS-27 is two bubbles, and nothing is lost', async () => {
    begin()
    const result = await answer(stage.speak(pieces, 1000))
    expect(result).toMatchObject({ kind: 'streamed', delivered: text, undelivered: '' })
    expect(seen()).toHaveLength(2)
    expect(seen().join('')).toBe(text)
    expect(result.messages.map(({ finished }) => finished)).toEqual([true, true])
    expect(stage.chunks().every(({ status }) => status === 200)).toBe(true)
  })

  it.each(['limited', 'endless'] as const)(
    'RS-27 is left to the platform (streamLife: %s), and nothing is lost or doubled',
    async (streamLife) => {
      begin({ live: { streamLife } })
      const result = await answer(stage.speak(pieces, 1000), { maxAge: Infinity })
      expect(result).toMatchObject({ kind: 'streamed', delivered: text })
      expect(seen()).toHaveLength(streamLife === 'limited' ? 2 : 1)
      expect(seen().join('')).toBe(text)
    },
  )

  it.each([0, 1, 2, 3])('RS-27 loses %s answers just as its life ends, and no text', async (lost) => {
    begin()
    const asked = ask()
    const streaming = stage.rest.stream(asked.target, stage.speak(pieces, 1000), {
      ...asked.on,
      maxAge: Infinity,
    })
    await stage.clock.advance(599_500)
    for (let count = 0; count < lost; count += 1)
      stage.sim.faults.add({
        on: 'call',
        match: { route: 'c2c.stream' },
        do: { kind: 'reset', when: 'after' },
        skip: 0,
      })
    expect(await stage.settle(streaming)).toMatchObject({ kind: 'streamed', delivered: text })
    expect(seen().join('')).toBe(text)
    expect(seen().length).toBeLessThanOrEqual(3)
  })
})

/** A minute of talk. */
const minute = tokens(600, 5)

describe('each switch of the stream, in each position', () => {
  const positions = <N extends keyof LiveSettings>(name: N): readonly LiveSettings[N][] =>
    liveSwitches[name].values

  it.each(positions('streamRemaining'))('RS-28 streamRemaining %s: one bubble', async (streamRemaining) => {
    begin({ live: { streamRemaining } })
    const result = await answer(stage.speak(minute, 500))
    expect(result).toMatchObject({ kind: 'streamed', messages: [{ text: minute.join('') }] })
    expect(seen()).toEqual([minute.join('')])
  })

  it.each(
    positions('streamSlots').flatMap((streamSlots) =>
      positions('replyLimit').map((replyLimit) => ({ streamSlots, replyLimit })),
    ),
  )('RS-28 streamSlots $streamSlots, replyLimit $replyLimit: no text is lost or doubled', async (live) => {
    begin({ live })
    const result = await answer(stage.speak(minute, 500))
    expect(result).toMatchObject({ kind: 'streamed', delivered: minute.join('') })
    expect(seen().join('')).toBe(minute.join(''))
    const whole = live.streamSlots === 'one' || live.replyLimit === 'off'
    expect(seen()).toHaveLength(whole ? 1 : 2)
  })

  it.each([900, 'all'] as const)(
    'RS-28 streamBytes %s: a limit in bytes keeps all in sight',
    async (streamBytes) => {
      begin({ live: { streamBytes } })
      const text = '流式消息'.repeat(200)
      const result = await answer(stage.speak([text], 500), { maxLength: { bytes: 900 } })
      expect(result).toMatchObject({ kind: 'streamed', delivered: text })
      expect(seen().join('')).toBe(text)
      expect(seen().length).toBe(3)
    },
  )

  it('RS-28 streamBytes 900: without that limit the rest is silently missing', async () => {
    begin({ live: { streamBytes: 900 } })
    const text = '流式消息'.repeat(200)
    expect(await answer(stage.speak([text], 500))).toMatchObject({ kind: 'streamed', delivered: text })
    expect(seen()).toEqual([text.slice(0, 300)])
  })

  it.each(positions('errorNumbers'))('RS-26 errorNumbers %s', async (errorNumbers) => {
    begin({ live: { errorNumbers } })
    loseEveryThird({ kind: 'reset', when: 'after' })
    const result = await answer(stage.speak(minute, 500))
    expect(result).toMatchObject({ kind: 'streamed', messages: [{ text: minute.join('') }] })
    expect(stage.sim.oracle.refused(40006)).toBeGreaterThan(0)
  })

  it.each(positions('streamsPerUser'))(
    'RS-30 streamsPerUser %s: the first answer is lost',
    async (streamsPerUser) => {
      begin({ live: { streamsPerUser } })
      stage.sim.faults.add({
        on: 'call',
        match: { route: 'c2c.stream' },
        do: { kind: 'reset', when: 'after' },
      })
      const result = await answer(stage.speak(minute, 500))
      expect(result).toMatchObject({
        kind: 'streamed',
        delivered: minute.join(''),
        messages: [{ id: null }, { kind: streamsPerUser === 'one' ? 'sent' : 'streamed', mode: 'passive' }],
      })
      expect(seen()).toHaveLength(2)
      expect(seen().join('')).toBe(minute.join(''))
    },
  )

  it.each(positions('streamsPerUser'))(
    'RS-29 streamsPerUser %s: two clients of one bot',
    async (streamsPerUser) => {
      begin({ live: { streamsPerUser } })
      const [one, two] = [ask(), ask()]
      const other = stage.another()
      const streaming = stage.rest.stream(one.target, stage.speak(minute, 500), one.on)
      await stage.clock.advance(2000)
      const short = ['short', ' and', ' sweet']
      const second = await stage.settle(other.stream(two.target, stage.speak(short, 500), two.on))
      expect(second).toMatchObject({
        kind: 'streamed',
        messages: [{ kind: streamsPerUser === 'one' ? 'sent' : 'streamed', text: 'short and sweet' }],
      })
      expect(await stage.settle(streaming)).toMatchObject({ kind: 'streamed', delivered: minute.join('') })
      expect(seen().toSorted()).toEqual([minute.join(''), 'short and sweet'].toSorted())
    },
  )

  it.each(positions('streamWithoutFinal'))(
    'RS-29 streamWithoutFinal %s: an aborted answer is ended, and blocks nobody',
    async (streamWithoutFinal) => {
      begin({ live: { streamWithoutFinal } })
      const asked = ask()
      const stream = stage.rest.openStream(asked.target, asked.on)
      for (const piece of minute.slice(0, 10)) {
        stream.write(piece)
        await stage.clock.advance(700)
      }
      const aborted = await stage.settle(stream.abort())
      expect(await answer(stage.speak(['next'], 10), {}, ask())).toMatchObject({
        messages: [{ kind: 'streamed', text: 'next' }],
      })
      await stage.clock.advance(900_000)
      expect(seen()).toEqual([aborted.delivered, 'next'])
      expect(stage.sim.oracle.refused(40034021)).toBe(0)
    },
  )

  it.each(positions('streamRecall'))(
    'RS-31 streamRecall %s: is asked for nothing that this client streamed',
    async (streamRecall) => {
      begin({ live: { streamRecall } })
      const asked = ask()
      const { messages } = await answer(stage.speak(['hi'], 10), {}, asked)
      const id = messages[0]?.id ?? ''
      await expect(stage.rest.recall(asked.target, id)).rejects.toMatchObject({ code: 'invalid_request' })
      const elsewhere = stage.settle(stage.another().recall(asked.target, id))
      const ending = await elsewhere.then(
        () => ({ recalled: true }),
        (error: unknown) => error,
      )
      const refused = { errCode: 40061001, advice: { en: expect.stringContaining('streamed') } }
      expect(ending).toMatchObject(streamRecall === 'allow' ? { recalled: true } : refused)
    },
  )
})

describe('an answer that fails', () => {
  it('RS-29 is ended after an error of its source, and blocks no other stream', async () => {
    begin()
    const broken = new Error('model')
    const source = async function* (): AsyncGenerator<string> {
      yield* stage.speak(['one ', 'two '], 600)
      throw broken
    }
    await expect(answer(source())).rejects.toBe(broken)
    expect(stage.chunks().at(-1)?.request).toContain('"input_state":10')
    expect(await answer(stage.speak(['next'], 10))).toMatchObject({ messages: [{ kind: 'streamed' }] })
  })

  it('RS-29 is ended with a line break even without further text', async () => {
    begin()
    const asked = ask()
    const stream = stage.rest.openStream(asked.target, asked.on)
    stream.write('all of it')
    await stage.clock.advance(1000)
    expect(await stage.settle(stream.end())).toMatchObject({ messages: [{ finished: true }] })
    expect(seen()).toEqual(['all of it'])
    expect(stage.sim.log.of('message').at(-1)).toMatchObject({ change: 'streamed' })
  })

  it('RS-29 beside an abandoned one of another process: is sent as one message', async () => {
    begin()
    const asked = ask()
    const other = stage.another()
    const stream = other.openStream(asked.target, asked.on)
    stream.write('half')
    await stage.clock.advance(1000)
    // The process dies here: nothing ends its message.
    stage.sim.faults.add({
      on: 'call',
      match: { route: 'c2c.stream' },
      do: { kind: 'reset', when: 'before' },
      times: 5,
    })
    await stage.settle(endingOf(stream.abort()))
    stage.sim.faults.clear()
    const result = await answer(stage.speak(minute, 100))
    expect(result).toMatchObject({ kind: 'streamed', messages: [{ kind: 'sent', text: minute.join('') }] })
    // Its life ends after ten minutes.
    await stage.clock.advance(600_000)
    expect(await answer(stage.speak(['next'], 10))).toMatchObject({ messages: [{ kind: 'streamed' }] })
  })
})
