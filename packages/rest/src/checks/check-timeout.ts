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
