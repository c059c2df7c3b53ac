import { InvalidRequestError } from '../errors/invalid-request-error.js'

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
/** What HTTP takes for a value. */
const VALUE = /^[\t\u0020-\u007E\u0080-\u00FF]*$/
/** Headers that belong to the client or to the connection. */
const TAKEN: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-union-appid',
])

/**
 * Checks the extra headers of a call before anything is sent.
 *
 * @throws InvalidRequestError naming the header
 */
export const checkHeaders = (headers: unknown): void => {
  if (headers === undefined) return
  if (typeof headers !== 'object' || headers === null)
    throw new InvalidRequestError({
      path: 'headers',
      hint: 'give an object of names and values',
      received: headers,
    })
  for (const [name, value] of Object.entries(headers)) {
    const path = `headers.${name}`
    if (!NAME.test(name))
      throw new InvalidRequestError({ path, hint: 'give the name in lower case, of letters, digits and -' })
    if (TAKEN.has(name))
      throw new InvalidRequestError({ path, hint: 'is set by the client itself: leave it out' })
    // The value is not shown: it may be private.
    if (typeof value !== 'string' || !VALUE.test(value))
      throw new InvalidRequestError({
        path,
        hint: 'give a text without line breaks and of Latin characters only',
      })
  }
}
