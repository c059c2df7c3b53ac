import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { isBlank } from '../text/is-blank.js'

/**
 * Refuses a text that shows nothing, as the platform does (50006, §2.8).
 *
 * @throws InvalidRequestError naming `path`
 */
export const refuseBlank = (path: string, text: string | undefined): void => {
  if (text === undefined || !isBlank(text)) return
  const hint =
    text === ''
      ? 'must not be empty'
      : 'must show something: blanks and invisible characters alone are an empty message'
  throw new InvalidRequestError({ path, hint, received: text })
}
