import { inspect } from 'node:util'

import { expect, it } from 'vitest'

import { ANCHOR, restHarness, C2C, failure, SECRET, sent, TOKEN } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const EVERYTHING = { depth: 20, showHidden: true, getters: false } as const

/** Everything a user could print of a value. */
const printed = (value: unknown): string =>
  [inspect(value, EVERYTHING), String(value), JSON.stringify(value) ?? ''].join('\n')

const echo: Reply = {
  status: 400,
  body: { code: 11243, message: `wrong token QQBot ${TOKEN}`, data: { authorization: TOKEN } },
}

it.each([
  sent(),
  failure(40034005),
  failure(304023, 'audit', 202),
  echo,
  { status: 502, raw: `<html>${TOKEN}</html>` },
  'reset',
  'refused',
  'hang',
] as const)('RS-19 no secret and no token is printed when the platform answers %j', async (reply) => {
  const { rest, records, settle } = restHarness([reply])
  rest.use((call, next) => next({ ...call, headers: { ...call.headers, 'x-note': printed(call) } }), {
    around: 'attempt',
  })
  const outcome = await settle(rest.send(C2C, 'hi', { anchor: ANCHOR }).catch((error: unknown) => error))
  const text = [outcome, rest, rest.access, rest.interactions, records].map(printed).join('\n')
  expect(text).not.toContain(SECRET)
  expect(text).not.toContain(TOKEN)
  await settle(rest.close())
  expect(printed(rest)).not.toContain(SECRET)
})

it('RS-19 an interceptor sees neither', async () => {
  const seen: unknown[] = []
  const { rest } = restHarness([sent()])
  for (const around of ['call', 'attempt'] as const)
    rest.use(
      async (call, next) => {
        seen.push(call)
        const answer = await next(call)
        seen.push(answer)
        return answer
      },
      { around },
    )
  await rest.send(C2C, 'hi')
  expect(seen).toHaveLength(4)
  expect(printed(seen)).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`))
})

it('RS-19 a wrong secret is not repeated in the error about it', async () => {
  const { rest, dispatcher, records } = restHarness([sent()])
  dispatcher.script = () => failure(100016, `invalid appid or secret ${SECRET}`, 200)
  const error = await rest.access.token().catch((reason: unknown) => reason)
  expect(printed([error, records])).not.toContain(SECRET)
})

it('RS-19 options errors show no secret', () => {
  let thrown: unknown
  try {
    restHarness([sent()], { secret: 'has space' })
  } catch (error) {
    thrown = error
  }
  expect(printed(thrown)).toContain('[secret]')
  expect(printed(thrown)).not.toContain('has space')
})

it('RS-19 a token or secret that the cut of a long text would halve is hidden whole', async () => {
  const { rest, dispatcher } = restHarness([failure(40034006, `${'x'.repeat(294)} ${TOKEN}`)])
  const error = await rest.send(C2C, 'hi').catch((reason: unknown) => reason)
  expect(printed(error)).not.toContain('AT_0')
  dispatcher.script = () => failure(100016, `${'x'.repeat(290)}${SECRET}`, 200)
  const refused = await rest.access.token({ fresh: true }).catch((reason: unknown) => reason)
  expect(printed(refused)).not.toContain('tst-sec')
})

it('RS-19 what a parser holds of an answer is not in the chain of causes', async () => {
  const data = `{"access_token":"${TOKEN}"}`
  const error = Object.assign(new Error('Invalid character in chunk size'), { code: 'HPE_INVALID', data })
  const { rest, dispatcher, settle } = restHarness([{ error, left: true }])
  const sending = await settle(rest.send(C2C, 'hi').catch((reason: unknown) => reason))
  expect(printed(sending)).not.toContain(TOKEN)
  expect(sending).toMatchObject({ cause: { code: 'HPE_INVALID' } })
  dispatcher.script = () => ({ error, left: true })
  const asking = await settle(rest.access.token({ fresh: true }).catch((reason: unknown) => reason))
  expect(printed(asking)).not.toContain(TOKEN)
})

it('RS-19 what the network says of a request hides token and secret in it', async () => {
  const error = new Error(`cannot write ${TOKEN} and ${SECRET}`)
  for (const left of [true, false]) {
    const { rest, dispatcher, records, settle } = restHarness([{ error, left }])
    const sending = await settle(rest.send(C2C, 'hi').catch((reason: unknown) => reason))
    expect(printed(sending)).not.toContain(TOKEN)
    dispatcher.script = () => ({ error, left })
    const asking = await settle(rest.access.token({ fresh: true }).catch((reason: unknown) => reason))
    expect(asking).toMatchObject({ cause: { message: expect.stringContaining('[secret]') } })
    expect(printed([asking, records])).not.toContain(SECRET)
  }
})

it('RS-19 options errors show no password of a proxy', () => {
  const proxy = 'socks5://user:hunter2@proxy:1080'
  expect(() => restHarness([sent()], { proxy })).toThrow('[secret]')
})

it('RS-19 the query of an address that the platform repeats is not shown: it may be a signature', async () => {
  const { rest, records } = restHarness([
    failure(850026, 'cannot fetch https://cos.test/a.png?sign=s3cr3t now'),
  ])
  const error = await rest.send(C2C, 'hi').catch((reason: unknown) => reason)
  expect(printed([error, records])).not.toContain('s3cr3t')
  expect(error).toMatchObject({ message: expect.stringContaining('https://cos.test/a.png?[secret] now') })
})
