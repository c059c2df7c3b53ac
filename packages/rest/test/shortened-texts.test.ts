import { describe, expect, it } from 'vitest'

import { explainError, type RestError } from '../src/index.js'
import { restHarness, C2C, SECRET, TOKEN } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const LONE = /\p{Surrogate}/u
const LONGEST = 300

const failureTo = async (reply: Reply): Promise<RestError> => {
  const { rest, settle } = restHarness([reply])
  return settle(
    rest.send(C2C, 'hi').then(
      () => Promise.reject(new Error('expected an error')),
      (error: RestError) => error,
    ),
  )
}

const tokenFailure = async (reply: Reply): Promise<RestError> => {
  const { rest, dispatcher, settle } = restHarness([])
  dispatcher.script = () => reply
  return settle(
    rest.access.token().then(
      () => Promise.reject(new Error('expected an error')),
      (error: RestError) => error,
    ),
  )
}

/** Everything that an error shows. */
const shown = (error: RestError): string =>
  [error.message, error.traceId, explainError(error), JSON.stringify(error)].join('\n')

describe.each([
  ['a send', failureTo, TOKEN],
  ['the token endpoint', tokenFailure, SECRET],
] as const)('RS-37 the text of %s', (_what, failed, secret) => {
  it('never ends in half a character', async () => {
    for (let before = LONGEST - 4; before <= LONGEST + 1; before += 1) {
      const message = `${'x'.repeat(before)}😀😀`
      const error = await failed({ status: 400, body: { code: 999_999, message, trace_id: message } })
      expect(shown(error)).not.toMatch(LONE)
      expect(error.message.length).toBeLessThan(LONGEST + 100)
      expect(error.traceId?.length).toBeLessThanOrEqual(LONGEST)
    }
  })

  it('holds no half that came so', async () => {
    const error = await failed({
      status: 400,
      body: { code: 999_999, message: 'a\uD83D', trace_id: 't\uD83D' },
    })
    expect(error.message + error.traceId).not.toMatch(LONE)
  })

  it('shows no part of a secret, wherever it would be cut', async () => {
    for (let before = LONGEST - secret.length; before <= LONGEST; before += 1) {
      const message = `${'x'.repeat(before)}${secret} and more`
      const reply = { status: 400, body: { message, trace_id: message }, headers: {} }
      const inHeader = { status: 400, body: { message }, headers: { 'x-tps-trace-id': message } }
      for (const error of [await failed(reply), await failed(inHeader)])
        expect(shown(error)).not.toContain(secret.slice(0, 5))
    }
  })
})
