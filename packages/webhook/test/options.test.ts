import { OptionsError } from '@qqkit/core'
import { expect, it } from 'vitest'

import { Webhook } from '../src/index.js'

const good = { appId: '102000001', secret: 'tst-secret-0001' }

it('names the wrong option and the right values', () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ ...good, appId: 'tst-secret-0001' }, 'appId'],
    [{ ...good, appId: 102000001 }, 'appId'],
    [{ ...good, secret: '' }, 'secret'],
    [{ appId: '1' }, 'secret'],
    [{ ...good, ack: 'later' }, 'ack'],
    [{ ...good, processes: 2 }, 'processes'],
    [{ ...good, ackTimeout: Number.NaN }, 'ackTimeout'],
    [{ ...good, tolerance: -1 }, 'tolerance'],
    [{ ...good, bodyLimit: 1.5 }, 'bodyLimit'],
    [{ ...good, rememberFor: Number.POSITIVE_INFINITY }, 'rememberFor'],
    [{ ...good, rememberAtMost: 0 }, 'rememberAtMost'],
    [{ ...good, log: 'console' }, 'log'],
    [{ ...good, clock: {} }, 'clock'],
    [{ ...good, clock: { now: () => 0 } }, 'clock'],
    [{ ...good, port: 80 }, 'port'],
    [null as unknown as object, ''],
  ]
  for (const [options, path] of cases) {
    let error: unknown
    try {
      void new Webhook(options as typeof good)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(OptionsError)
    expect(error).toMatchObject({ path })
    expect(String(error)).not.toContain('tst-secret')
  }
})
