import { MediaError } from '../media-error.js'

const LONGEST = 8192

const refuse = (hint: string): never => {
  throw new MediaError({ code: 'media_url', path: 'source.url', hint })
}

/**
 * An address that may be downloaded from: http(s), without credentials. What is wrong is told without repeating the
 * address, which can be a secret by itself.
 *
 * @throws MediaError `media_url`
 */
export const checkUrl = (value: unknown): URL => {
  if (typeof value !== 'string' && !(value instanceof URL)) return refuse('give an address as a text or URL')
  const text = String(value)
  if (text.length > LONGEST)
    return refuse(`no address is longer than ${LONGEST} characters; give content as { data }`)
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) return refuse('this is no address; a file on this machine goes as { path }')
  if (url.protocol === 'data:') return refuse('a data: address is content: give it as { data }')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refuse(`only http and https can be downloaded, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password')
  return url
}
