import { runInNewContext } from 'node:vm'

import { expect, it } from 'vitest'

import { OptionsError, QqkitError } from '../src/index.js'
import { causeOf, isError, messageOf } from '../src/internal/index.js'

it('is recognised by its brand, also from another copy of the package', () => {
  const error = new QqkitError({ code: 'some_code', message: 'It broke.' })
  const fromAnotherCopy = Object.assign(new Error('x'), { [Symbol.for('qqkit.error')]: true })
  expect([error, fromAnotherCopy].map((value) => QqkitError.is(value))).toEqual([true, true])
  const others = [new Error('x'), { [Symbol.for('qqkit.error')]: true }, null, 'x']
  expect(others.map((value) => QqkitError.is(value))).toEqual([false, false, false, false])
})

it('has code, advice and cause, and no cause if none was given', () => {
  const cause = new Error('below')
  const advice = { en: 'Do this.', zh: '请这样做。' }
  const error = new QqkitError({ code: 'c', message: 'm', advice, cause })
  expect([error.name, error.code, error.message, error.advice, error.cause]).toEqual([
    'QqkitError',
    'c',
    'm',
    advice,
    cause,
  ])
  expect('cause' in new QqkitError({ code: 'c', message: 'm' })).toBe(false)
})

it('does not show the brand when printed or compared', () => {
  expect(Object.keys(new QqkitError({ code: 'c', message: 'm' }))).not.toContain('qqkit.error')
  expect(JSON.stringify(new QqkitError({ code: 'c', message: 'm' }))).not.toContain('brand')
})

it('names the wrong option, its value and the right values', () => {
  const error = new OptionsError({
    subject: 'Gateway',
    path: 'shards.total',
    received: '0',
    hint: 'at least 1',
  })
  expect(error.message).toBe('Gateway option "shards.total": at least 1; received 0')
  expect([error.name, error.code, QqkitError.is(error)]).toEqual(['OptionsError', 'invalid_options', true])
})

it('recognises an error of another realm, such as a test runner or a sandbox', () => {
  const { message, code, advice } = new QqkitError({ code: 'some_code', message: 'text' })
  const brands = Object.getOwnPropertySymbols(new QqkitError({ code: 'c', message: 'm' }))
  const proto = Object.getOwnPropertySymbols(QqkitError.prototype)
  const elsewhere = runInNewContext('new Error("text")') as object
  for (const brand of [...brands, ...proto]) Object.defineProperty(elsewhere, brand, { value: true })
  Object.assign(elsewhere, { message, code, advice })
  expect(elsewhere instanceof Error).toBe(false)
  expect(QqkitError.is(elsewhere)).toBe(true)
})

it('BT-33 inspects any thrown value without throwing', () => {
  const explode = (): never => {
    throw new Error('looked at')
  }
  const proxy: unknown = new Proxy({}, { get: explode, has: explode, getPrototypeOf: explode })
  const cause = new Error('inner')
  const thrown = [null, undefined, Symbol('s'), Object.create(null), proxy, 1n, new Error('x', { cause })]
  expect(thrown.map((one) => QqkitError.is(one))).toEqual(thrown.map(() => false))
  expect(thrown.map(isError)).toEqual([false, false, false, false, false, false, true])
  expect(thrown.map(messageOf)).toEqual([
    'null',
    'undefined',
    'Symbol(s)',
    'a value was thrown that cannot be shown',
    'a value was thrown that cannot be shown',
    '1',
    'x',
  ])
  expect(thrown.map(causeOf)).toEqual([...thrown.slice(0, -1).map(() => undefined), cause])
})
