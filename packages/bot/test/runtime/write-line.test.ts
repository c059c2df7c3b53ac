import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

import { expect, it } from 'vitest'

import { writeLine } from '../../src/runtime/log.js'

it('BT-30 a stream whose other end is gone ends no process', async () => {
  let failures = 0
  const closed = new Writable({
    autoDestroy: false,
    write: (_chunk, _encoding, done) => {
      failures += 1
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const write = writeLine(closed)
  for (let n = 0; n < 3; n += 1) {
    write('a line\n')
    // An error that nobody listens for would be thrown here.
    await setImmediate()
  }
  expect(failures).toBeGreaterThan(0)
  expect(closed.listenerCount('error')).toBeLessThanOrEqual(1)
})
