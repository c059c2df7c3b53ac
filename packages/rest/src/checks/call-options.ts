import { InvalidRequestError } from '../errors/invalid-request-error.js'
import type { SendGate } from '../types/call.js'
import { givenOptions } from './given.js'

/**
 * Checks a time in ms: a timer with `NaN` or a string would never fire.
 *
 * @throws InvalidRequestError naming `timeout`
 */
export const checkTimeout = (value: number, least: number): number => {
  if (Number.isFinite(value) && value >= least) return value
  throw new InvalidRequestError({
    path: 'timeout',
    hint: `give a time in ms, at least ${least}`,
    received: value,
    limit: least,
  })
}

/**
 * Checks a wait in ms, from 0 to `Infinity`.
 *
 * @throws InvalidRequestError naming the option
 */
export const checkWait = (path: string, value: number): number => {
  if (typeof value === 'number' && value >= 0) return value
  throw new InvalidRequestError({
    path,
    hint: 'give the longest wait in ms; 0 for none, Infinity for as long as it takes',
    received: value,
  })
}

/** The options of every call, and further ones. */
const names = (...others: string[]): ReadonlySet<string> => new Set([...others, 'signal', 'timeout'])

/** The options of calls, by their method. */
export const callOptions: Readonly<
  Record<'call' | 'send' | 'recall' | 'request' | 'upload', ReadonlySet<string>>
> = Object.freeze({
  call: names(),
  send: names('anchor', 'quotaTimeout', 'kind', 'seq', 'replayed', 'shared', 'nameOf', 'gate'),
  recall: names('hideTip'),
  request: names('params', 'query', 'body', 'headers', 'priority', 'idempotent', 'quotaTimeout'),
  upload: names('type', 'onProgress', 'fresh'),
})

/**
 * Checks the options of a call. An unknown option is an error, because a reply with a misspelt anchor would be sent as
 * a proactive message.
 *
 * @throws InvalidRequestError naming the option
 */
export const checkCallOptions = (options: object, known: ReadonlySet<string>): void => {
  const { signal }: { readonly signal?: unknown } = givenOptions('options', options, known)
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new InvalidRequestError({ path: 'signal', hint: 'give an AbortSignal', received: signal })
}

/** Whether a value has the shape of a gate. */
export const isGate = (value: unknown): value is SendGate =>
  typeof value === 'object' && value !== null && 'pass' in value && typeof value.pass === 'function'

/** @throws InvalidRequestError for a gate without `pass()` */
export const checkGate = (gate: unknown): void => {
  if (gate !== undefined && !isGate(gate))
    throw new InvalidRequestError({ path: 'gate', hint: 'give an object with pass()', received: gate })
}
