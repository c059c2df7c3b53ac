import { expect, it } from 'vitest'

import { ANCHOR, restHarness, C2C, CHANNEL, DM, failure, GROUP, sent } from './support/rest-harness.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const FREQUENCY = failure(40034100, '主动消息频率超限')

const user = (index: number) => ({ scene: 'c2c', id: `user-${index}` }) as const

/** A platform that counts by a window that slides, as strictly as §6.4 has it for a bot that is not certified. */
const strict = (options = {}) => {
  const taken: number[] = []
  const made = restHarness(() => {
    const now = made.clock.now()
    const within = (ms: number): number => taken.filter((at) => at > now - ms).length
    if (within(SECOND) >= 5 || within(MINUTE) >= 30) return FREQUENCY
    taken.push(now)
    return sent()
  }, options)
  return { ...made, taken }
}

it('RS-50 a broadcast to 200 people makes 200 calls, in the time that the quota takes', async () => {
  const { rest, clock, calls, settle } = strict()
  const all = Array.from({ length: 200 }, (_, index) =>
    rest.send(user(index), 'news', { quotaTimeout: Infinity }),
  )
  const results = await settle(Promise.all(all))
  expect(results.every(({ kind }) => kind === 'sent')).toBe(true)
  expect(calls).toHaveLength(200)
  // Six full minutes of thirty, and twenty more.
  expect(clock.now()).toBeGreaterThanOrEqual(6 * MINUTE)
  expect(clock.now()).toBeLessThan(7 * MINUTE)
})

it('RS-50 a certified bot has the larger quota', async () => {
  const { rest, clock, calls, settle } = restHarness([sent()], { certified: true })
  await settle(Promise.all(Array.from({ length: 200 }, (_, index) => rest.send(user(index), 'news'))))
  expect(calls).toHaveLength(200)
  expect(clock.now()).toBe(19 * SECOND)
})

it('RS-50 the quota of one user holds back no other', async () => {
  const { rest, clock, calls, settle } = restHarness([sent()], { certified: true })
  const all = Array.from({ length: 21 }, () => rest.send(user(1), 'hi'))
  await clock.advance(5 * SECOND)
  expect(calls).toHaveLength(20)
  await rest.send(user(2), 'hi')
  expect(calls).toHaveLength(21)
  await settle(Promise.all(all))
  expect(clock.now()).toBe(MINUTE)
})

it('RS-50 a wait for the quota does not count against the timeout, and is bounded by quotaTimeout', async () => {
  const { rest, clock, settle, calls } = strict()
  const first = Array.from({ length: 30 }, (_, index) => rest.send(user(index), 'hi'))
  await settle(Promise.all(first))
  // Longer than `timeout`, shorter than `quotaTimeout`.
  const patient = rest.send(user(31), 'hi', { timeout: SECOND })
  const error = await rest
    .send(user(32), 'hi', { quotaTimeout: 10 * SECOND })
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'rate_limited', situation: 'limited', delivered: 'no', retry: 'never' })
  const { retryAfter, message } = error as { retryAfter: number; message: string }
  expect(clock.now() + retryAfter).toBe(MINUTE)
  expect(message).toContain(`${Math.ceil(retryAfter / SECOND)} s`)
  expect(calls).toHaveLength(30)
  expect(await settle(patient)).toMatchObject({ kind: 'sent' })
  expect(clock.now()).toBeGreaterThanOrEqual(MINUTE)
})

it('RS-51 a refusal for the quota holds proactive messages back until its window ends, and no reply', async () => {
  const { rest, clock, calls, settle } = restHarness(({ body }) =>
    (body as { content: string }).content === 'first' && clock.now() === 0 ? FREQUENCY : sent(),
  )
  const texts = (): unknown[] => calls.map(({ body }) => (body as { content: string }).content)
  const first = rest.send(C2C, 'first')
  await clock.settle()
  const second = rest.send(C2C, 'second')
  await rest.send(C2C, 'reply', { anchor: ANCHOR })
  await rest.send(user(2), 'to another')
  await clock.advance(MINUTE - 1)
  expect(texts()).toEqual(['first', 'reply', 'to another'])
  const result = await settle(first)
  await settle(second)
  expect(clock.now()).toBe(MINUTE)
  expect(
    texts()
      .map(String)
      .sort((a, b) => a.localeCompare(b)),
  ).toEqual(['first', 'first', 'reply', 'second', 'to another'])
  expect(result.steps).toEqual([
    { kind: 'retry', situation: 'limited', errCode: 40034100, delivered: 'no', delay: MINUTE },
  ])
})

it('RS-51 a quota that others use up is not hammered: a few calls, and then none for a minute', async () => {
  const { rest, clock, calls, settle } = restHarness([FREQUENCY])
  const all = Array.from({ length: 200 }, (_, index) =>
    rest.send(user(index), 'news', { quotaTimeout: 10 * MINUTE }).catch((error: unknown) => error),
  )
  await clock.advance(10 * MINUTE)
  expect(calls.length).toBeLessThanOrEqual(60)
  for (const error of await settle(Promise.all(all)))
    expect(error).toMatchObject({ delivered: 'no', retryAfter: expect.any(Number) })
})

it('RS-51 the wait is taken from what the call may wait for its quota in all', async () => {
  const { rest, clock, calls, settle } = restHarness([FREQUENCY])
  await expect(settle(rest.send(C2C, 'hi', { quotaTimeout: 2.5 * MINUTE }))).rejects.toMatchObject({
    code: 'rate_limited',
    errCode: 40034100,
    delivered: 'no',
    retryAfter: MINUTE,
  })
  expect(calls).toHaveLength(3)
  expect(clock.now()).toBe(2 * MINUTE)
})

it('RS-50 daily quotas turn over at midnight in China', async () => {
  const { rest, clock, calls, settle } = restHarness([sent()])
  const midnight = 24 * HOUR - ((clock.wall() + 8 * HOUR) % (24 * HOUR))
  await rest.send(DM, '1')
  await rest.send(DM, '2')
  await expect(rest.send(DM, '3')).rejects.toMatchObject({ code: 'rate_limited', retryAfter: midnight })
  await rest.send({ scene: 'dm', id: 'another' }, '1')
  await rest.send(DM, 'a reply', { anchor: ANCHOR })
  const patient = rest.send(DM, '3', { quotaTimeout: Infinity })
  await settle(patient)
  expect(clock.now()).toBe(midnight)
  expect(calls).toHaveLength(5)
})

it.each([
  ['limits: false', { limits: false }],
  ['a limit of null', { limits: { 'group.proactive': null } }],
  [
    'a limiter of one’s own',
    { limiter: { acquire: async () => ({ granted: true as const, settle: () => {} }) } },
  ],
] as const)('RS-50 quotas are lifted by %s', async (_how, options) => {
  const { rest, clock } = restHarness([sent()], options)
  await Promise.all(Array.from({ length: 50 }, () => rest.send(GROUP, 'hi')))
  expect(clock.now()).toBe(0)
})

it('RS-50 with whenLimited "reject" a message without room rejects at once', async () => {
  const { rest, clock } = restHarness([sent()], { whenLimited: 'reject' })
  await Promise.all(Array.from({ length: 20 }, () => rest.send(GROUP, 'hi')))
  await expect(rest.send(GROUP, 'hi')).rejects.toMatchObject({ code: 'rate_limited', retryAfter: MINUTE })
  expect(clock.now()).toBe(0)
})

it('RS-50 messages sent with rest.request count as well, and refused ones do not', async () => {
  const { rest, clock } = restHarness([failure(40034006), sent()], { whenLimited: 'reject' })
  const send = (body: Record<string, unknown>) =>
    rest.request('POST /v2/groups/{group_openid}/messages', {
      params: { group_openid: 'g' },
      body,
    })
  await expect(send({ content: 'hi' })).rejects.toMatchObject({ code: 'content_refused' })
  await Promise.all(Array.from({ length: 20 }, () => send({ content: 'hi' })))
  await expect(send({ content: 'hi' })).rejects.toMatchObject({ code: 'rate_limited' })
  await send({ content: 'hi', msg_id: 'm' })
  expect(clock.now()).toBe(0)
})

it('RS-50 a wait for the quota ends with its caller, and with the client, and nothing was sent', async () => {
  const { rest, calls, clock, settle } = restHarness([sent()])
  await Promise.all(Array.from({ length: 20 }, () => rest.send(GROUP, 'hi')))
  const controller = new AbortController()
  const aborted = rest.send(GROUP, 'hi', { signal: controller.signal }).catch((error: unknown) => error)
  const closed = rest.send(GROUP, 'hi', { quotaTimeout: Infinity }).catch((error: unknown) => error)
  await clock.settle()
  controller.abort('enough')
  expect(await aborted).toBe('enough')
  await settle(rest.close())
  expect(await closed).toMatchObject({ code: 'closed', delivered: 'no' })
  expect(calls).toHaveLength(20)
  expect(clock.now()).toBe(0)
  expect(clock.pending).toBe(0)
})

it('RS-50 the fallback of a message that has waited long for its quota has its time as well', async () => {
  const { rest, settle, calls } = restHarness(({ body }) =>
    'markdown' in (body as object) ? failure(304041, 'no markdown', 500) : sent(),
  )
  await settle(Promise.all(Array.from({ length: 20 }, () => rest.send(GROUP, 'hi'))))
  const late = rest.send(GROUP, { markdown: { content: '# hi' } }, { quotaTimeout: Infinity })
  expect(await settle(late)).toMatchObject({ kind: 'sent', mode: 'proactive' })
  expect(calls).toHaveLength(22)
})

it.each([-1, Number.NaN, 'long'])(
  'a quotaTimeout of %j is refused before any request',
  async (quotaTimeout) => {
    const { rest, calls } = restHarness([sent()])
    await expect(rest.send(CHANNEL, 'hi', { quotaTimeout: quotaTimeout as number })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    expect(calls).toHaveLength(0)
  },
)
