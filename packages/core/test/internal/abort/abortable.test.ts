import { expect, it } from 'vitest'

import { abortable } from '../../../src/internal/index.js'
import { listeners } from '../../support/listeners.js'

it('passes a result or an error through and leaves no listener', async () => {
  const { signal } = new AbortController()
  expect(await abortable(Promise.resolve(7), signal)).toBe(7)
  await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
  expect(await abortable(Promise.resolve(8))).toBe(8)
  await new Promise(setImmediate)
  expect(listeners(signal)).toBe(0)
})

it('rejects with the reason while the work continues', async () => {
  const controller = new AbortController()
  let finish: (value: string) => void = () => {}
  const work = new Promise<string>((resolve) => (finish = resolve))
  const waiting = abortable(work, controller.signal)
  controller.abort('enough')
  await expect(waiting).rejects.toBe('enough')
  finish('done')
  expect(await work).toBe('done')
})

it('leaves no unhandled rejection behind for an aborted signal', async () => {
  const work = Promise.reject(new Error('unheard'))
  await expect(abortable(work, AbortSignal.abort('early'))).rejects.toBe('early')
})
