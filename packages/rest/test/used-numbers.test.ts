import { describe, expect, it } from 'vitest'

import { numberRanges, Rest, RestError, type SendKind, type RestSendOptions } from '../src/index.js'
import { ANCHOR, APP_ID, restHarness, C2C, CHANNEL, failure, SECRET, sent } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const DUPLICATE = failure(40054005, '消息被去重')
const TAKEN: Reply = { status: 200, body: { id: 's1' } }

const LIVES = ['first life', 'same life', 'later life', 'other process'] as const
type Life = (typeof LIVES)[number]
type Attempt = 'certain' | 'uncertain'
type Send = SendKind | 'given' | 'stream'

/** What is told: an answer that was there, one that went out under another number, a refusal; for streams as well what else went out. */
type Told = 'landed' | 'moved' | 'refused' | 'goes on' | 'whole' | 'elsewhere'

/** The table of ADR 0024, as it stands there: certain and uncertain attempts, life by life. */
const TABLE: Readonly<Record<Send, Readonly<Record<Life, readonly [certain: Told, uncertain: Told]>>>> = {
  answer: {
    'first life': ['moved', 'landed'],
    'same life': ['landed', 'landed'],
    'later life': ['landed', 'landed'],
    'other process': ['landed', 'landed'],
  },
  apology: {
    'first life': ['moved', 'landed'],
    'same life': ['landed', 'landed'],
    'later life': ['landed', 'landed'],
    'other process': ['landed', 'landed'],
  },
  companion: {
    'first life': ['moved', 'landed'],
    'same life': ['landed', 'landed'],
    'later life': ['landed', 'landed'],
    'other process': ['landed', 'landed'],
  },
  parked: {
    'first life': ['moved', 'landed'],
    'same life': ['moved', 'landed'],
    'later life': ['moved', 'landed'],
    'other process': ['moved', 'landed'],
  },
  notice: {
    'first life': ['refused', 'landed'],
    'same life': ['landed', 'landed'],
    'later life': ['landed', 'landed'],
    'other process': ['landed', 'landed'],
  },
  given: {
    'first life': ['refused', 'landed'],
    'same life': ['landed', 'landed'],
    'later life': ['landed', 'landed'],
    'other process': ['landed', 'landed'],
  },
  stream: {
    'first life': ['moved', 'goes on'],
    'same life': ['whole', 'whole'],
    'later life': ['whole', 'whole'],
    'other process': ['elsewhere', 'whole'],
  },
}

const FLAGS: Readonly<Record<Life, Pick<RestSendOptions, 'replayed' | 'shared'>>> = {
  'first life': {},
  'same life': { replayed: true },
  'later life': { replayed: true },
  'other process': { shared: true },
}

/** A bench whose platform has this number already, and what became of a send under it. */
const send = async (kind: Send, life: Life, attempt: Attempt) => {
  const rest = restHarness((_, index): Reply => {
    if (life === 'same life' && index === 0) return sent('before')
    const turn = life === 'same life' ? index - 1 : index
    if (attempt === 'uncertain') return turn === 0 ? 'reset' : turn === 1 ? DUPLICATE : sent('m2')
    return turn === 0 ? DUPLICATE : sent('m2')
  })
  const options = { anchor: ANCHOR, ...FLAGS[life] }
  const once = async (flags: object): Promise<unknown> => {
    if (kind === 'given') return rest.rest.send(C2C, { content: 'hi', msg_seq: 77 }, { ...options, ...flags })
    return rest.rest.send(C2C, 'hi', { ...options, kind: kind as SendKind, ...flags })
  }
  if (life === 'same life') {
    await rest.settle(once({ replayed: false }))
    rest.rest.numbers.restart(ANCHOR)
  }
  const outcome = await rest.settle(once({}).catch((error: unknown) => error))
  const calls = life === 'same life' ? rest.calls.slice(1) : rest.calls
  return { outcome, numbers: calls.map(({ body }) => (body as { readonly msg_seq: number }).msg_seq) }
}

const told = (outcome: unknown): Told | undefined => {
  if (RestError.is(outcome)) return outcome.code === 'duplicate' ? 'refused' : undefined
  const { kind } = outcome as { readonly kind: string }
  return kind === 'duplicate' ? 'landed' : kind === 'sent' ? 'moved' : undefined
}

const cells = <K extends Send>(kinds: readonly K[]) =>
  kinds.flatMap((kind) =>
    LIVES.flatMap((life) =>
      (['certain', 'uncertain'] as const).map((attempt, index) => {
        const expected = TABLE[kind][life][index] as Told
        return { kind, life, attempt, expected }
      }),
    ),
  )

it.each(cells(['answer', 'apology', 'companion', 'parked', 'notice', 'given']))(
  'RS-38 $kind, $life, $attempt: $expected',
  async ({ kind, life, attempt, expected }) => {
    const { outcome, numbers } = await send(kind, life, attempt)
    expect(told(outcome)).toBe(expected)
    const before = attempt === 'uncertain' ? 2 : 1
    expect(new Set(numbers.slice(0, before)).size).toBe(1)
    expect(numbers).toHaveLength(expected === 'moved' ? before + 1 : before)
    expect(new Set(numbers).size).toBe(expected === 'moved' ? 2 : 1)
  },
)

it.each(cells(['stream']))(
  'RS-38 RS-41 $kind, $life, $attempt: $expected',
  async ({ life, attempt, expected }) => {
    const { rest, calls, clock, settle } = restHarness(({ path }, index): Reply => {
      if (!path.endsWith('stream_messages')) return sent('m1')
      if (attempt === 'uncertain' && index === 0) return 'reset'
      return index <= (attempt === 'uncertain' ? 1 : 0) ? DUPLICATE : TAKEN
    })
    const stream = rest.openStream(C2C as { scene: 'c2c'; id: string }, { anchor: ANCHOR, ...FLAGS[life] })
    stream.write('half ')
    await clock.advance(600)
    const result = await settle(stream.end('whole'))
    const messages = calls.filter(({ path }) => !path.endsWith('stream_messages'))
    const seen = {
      moved: result.steps.some(({ kind }) => kind === 'next_seq') && result.delivered === 'half whole',
      'goes on': result.kind === 'streamed' && messages.length === 0 && result.messages[0]?.id === null,
      whole:
        result.kind === 'streamed' && (messages[0]?.body as { content?: string })?.content === 'half whole',
      elsewhere: result.kind === 'duplicate' && messages.length === 0,
    }
    expect(Object.entries(seen).flatMap(([name, holds]) => (holds ? [name] : []))).toEqual([expected])
  },
)

describe('the numbers of each kind', () => {
  it('RS-39 do not overlap, and stay below 65 536', () => {
    const sorted = Object.values(numberRanges).toSorted(([one], [other]) => one - other)
    for (const [index, [first, last]] of sorted.entries()) {
      expect(first).toBeLessThanOrEqual(last)
      expect(first).toBe((sorted[index - 1]?.[1] ?? 0) + 1)
    }
    expect(sorted.at(-1)?.[1]).toBe(65_535)
  })

  it('RS-39 are counted separately, in call order', async () => {
    const { rest, calls, settle } = restHarness([sent()])
    const kinds = ['notice', 'answer', 'apology', 'answer', 'notice', 'apology', 'answer'] as const
    await settle(Promise.all(kinds.map((kind) => rest.send(C2C, kind, { anchor: ANCHOR, kind }))))
    expect(calls.map(({ body }) => (body as { msg_seq: number }).msg_seq)).toEqual([
      60_000, 1, 61_000, 2, 60_001, 61_001, 3,
    ])
  })

  it('RS-39 start again with each run of a handler, in the same process as well', () => {
    const { numbers } = restHarness([sent()]).rest
    const run = (): readonly number[] => [
      ...numbers.take(ANCHOR, 'answer', 2),
      numbers.next(ANCHOR, 'notice'),
      numbers.next(ANCHOR, 'apology'),
    ]
    const first = run()
    numbers.restart(ANCHOR)
    expect(run()).toEqual(first)
    expect(numbers.next({ eventId: ANCHOR.msgId })).toBe(1)
  })

  it('RS-39 never leave their range', () => {
    const { numbers } = restHarness([sent()], {
      numbers: { answer: [1, 3], companion: [62_000, 62_009] },
    }).rest
    expect(numbers.take(ANCHOR, 'answer', 5)).toEqual([1, 2, 3, 63_000, 63_000])
    for (let of = 1; of < 50; of += 1)
      for (const role of ['growing', 'standing'] as const)
        for (let index = 0; index < 40; index += 1) {
          const number = numbers.companion(of, role, index)
          expect(number >= 62_000 && number <= 62_009).toBe(true)
        }
  })

  it('RS-39 of companions differ by answer, role and index', () => {
    const { numbers } = restHarness([sent()]).rest
    const all = [1, 2, 3, 4, 5].flatMap((of) =>
      (['growing', 'standing'] as const).flatMap((role) =>
        Array.from({ length: 16 }, (_, index) => numbers.companion(of, role, index)),
      ),
    )
    expect(new Set(all).size).toBe(all.length)
  })

  it('RS-39 can be bounded, for a second client that answers the same messages', async () => {
    const { rest, calls } = restHarness([sent()], { numbers: { answer: [5001, 9999] } })
    await rest.send(C2C, 'hi', { anchor: ANCHOR })
    expect(calls[0]?.body).toMatchObject({ msg_seq: 5001 })
  })

  it.each([{ answer: [1, 10_000] }, { notice: [5, 9] }, { random: [63_000, 62_000] }, { answer: [0, 5] }])(
    'RS-39 are refused where they cannot hold: %j',
    (numbers) => {
      const make = (): Rest => new Rest({ appId: APP_ID, secret: SECRET, numbers: numbers as never })
      expect(make).toThrow(/numbers/)
    },
  )

  it.each([{ kind: 'random' }, { kind: 'reply' }, { seq: 1.5 }, { seq: -1 }])(
    'RS-39 %j is refused before any request',
    async (options) => {
      const { rest, calls } = restHarness([sent()])
      await expect(rest.send(C2C, 'hi', { anchor: ANCHOR, ...(options as object) })).rejects.toMatchObject({
        name: 'InvalidRequestError',
      })
      expect(calls).toEqual([])
    },
  )
})

it('RS-40 a reply that met used numbers five times is an error; one after a restart finds a free number', async () => {
  const used = new Set([1, 2])
  const { rest, calls, settle } = restHarness(({ body }): Reply => {
    const { msg_seq: seq } = body as { readonly msg_seq: number }
    if (used.has(seq)) return DUPLICATE
    used.add(seq)
    return sent()
  })
  expect(await settle(rest.send(C2C, 'third', { anchor: ANCHOR }))).toMatchObject({ kind: 'sent' })
  expect(await settle(rest.send(C2C, 'fourth', { anchor: ANCHOR }))).toMatchObject({
    kind: 'sent',
    steps: [],
  })
  expect(calls).toHaveLength(4)
})

describe('RS-42 a dead anchor stays dead', () => {
  const DEAD = failure(40034005)
  const NO_MARKDOWN = failure(50056)
  const MESSAGE = { markdown: { content: '**hi**' } }

  it.each([C2C, CHANNEL])('in $scene', async (target) => {
    const { rest, calls, settle } = restHarness([DEAD, NO_MARKDOWN, sent('m3')])
    const result = await settle(rest.send(target, MESSAGE, { anchor: ANCHOR }))
    expect(result).toMatchObject({ kind: 'sent', id: 'm3', mode: 'proactive' })
    expect(result.steps.map((step) => step.kind === 'fallback' && step.name)).toEqual([
      'proactive',
      'plain_text',
    ])
    for (const { body } of calls.slice(1))
      for (const name of ['msg_id', 'event_id', 'msg_seq']) expect(body).not.toHaveProperty(name)
  })

  it('whatever the order', async () => {
    const { rest, calls, settle } = restHarness([NO_MARKDOWN, DEAD, sent('m3')])
    expect(await settle(rest.send(C2C, MESSAGE, { anchor: ANCHOR }))).toMatchObject({ mode: 'proactive' })
    expect(calls[1]?.body).toMatchObject({ msg_id: ANCHOR.msgId, msg_seq: 1 })
    expect(calls[2]?.body).not.toHaveProperty('msg_id')
  })
})
