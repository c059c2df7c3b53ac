import { InvalidRequestError } from '../errors/invalid-request-error.js'

/**
 * A time in ms that a timer can keep: with `NaN` or a text it would never end.
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
 * A wait in ms, from none to one without end.
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
