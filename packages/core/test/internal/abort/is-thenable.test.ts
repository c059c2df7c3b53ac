import { expect, it } from 'vitest'

import { isThenable } from '../../../src/internal/index.js'

const outcomeOf = async (value: unknown): Promise<unknown> => {
  try {
    return (await value) === value ? 'not waited for' : 'waited for'
  } catch {
    return 'waited for'
  }
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const failing = (): never => {
  throw new Error('of a getter')
}

const then = (resolve: (value: string) => void): void => resolve('value')

it.each<[string, unknown]>([
  ['a promise', Promise.resolve('value')],
  ['an object with a then', { then }],
  ['a function with a then', Object.assign(() => {}, { then })],
  ['an object whose then throws when it is read', Object.defineProperty({}, 'then', { get: failing })],
  ['a revoked proxy', revoked()],
  ['a then that is no function', { then: 1 }],
  ['a plain function', failing],
  ['null', null],
  ['a text', 'then'],
  ['undefined', undefined],
])('BT-01 isThenable agrees with await about %s', async (_, value) => {
  expect(isThenable(value) ? 'waited for' : 'not waited for').toBe(await outcomeOf(value))
})
