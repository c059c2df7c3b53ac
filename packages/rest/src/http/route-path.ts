import { InvalidRequestError } from '../errors/invalid-request-error.js'

/** Values for the `{…}` placeholders of a route. */
export type PathParams = Readonly<Record<string, string | number>>
/** Query parameters; those that are `undefined` are left out. */
export type QueryParams = Readonly<Record<string, string | number | boolean | undefined>>

/** Most ids: nothing to encode, nothing wrong. */
const HARMLESS = /^[\w~-][\w.~-]{0,254}$/
/** Splits a route into texts and placeholder names, alternating. */
const PLACEHOLDER = /\{([^{}]*)\}/
const PLACEHOLDERS = new RegExp(PLACEHOLDER, 'g')
/** Left alone by `encodeURIComponent`, but some ids end in `!` (§5.6). */
const LEFT_OVER = /[!'()*]/g
const LONGEST_ID = 512
// Ids are opaque, but never hold what no URL or log line can carry.
// oxlint-disable-next-line no-control-regex
const UNFIT = /[\u0000-\u0020\u007F]|\p{Surrogate}/u

/** A lone surrogate: it cannot be encoded. */
const LONE = /\p{Surrogate}/u

const encode = (text: string): string =>
  HARMLESS.test(text)
    ? text
    : encodeURIComponent(text).replaceAll(
        LEFT_OVER,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      )

/**
 * Checks an id before it becomes part of a path. A segment of dots would change the route even when encoded, because URL
 * parsers resolve it.
 *
 * @throws InvalidRequestError naming `path`
 */
export const checkId = (path: string, value: unknown): string => {
  if (typeof value === 'string' && HARMLESS.test(value)) return value
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new InvalidRequestError({
      path,
      hint: 'give the id as text: this number has lost digits',
      received: value,
    })
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || text === '')
    throw new InvalidRequestError({ path, hint: 'give the id as a non-empty string', received: value })
  if (text === '.' || text === '..' || UNFIT.test(text))
    throw new InvalidRequestError({
      path,
      hint: 'use the id exactly as the event carried it',
      received: text,
    })
  if (text.length > LONGEST_ID)
    throw new InvalidRequestError({
      path,
      hint: `no id is longer than ${LONGEST_ID} characters`,
      received: text,
      limit: LONGEST_ID,
    })
  return text
}

/** A route without the names of its placeholders, e.g. `/channels/{}/pins`: the key of the tables. */
export const routeShape = (route: string): string => route.replaceAll(PLACEHOLDERS, '{}')

const queryPair = (name: string, value: unknown): string => {
  const fit = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  if (fit && !LONE.test(name) && !LONE.test(String(value))) return `${encode(name)}=${encode(String(value))}`
  throw new InvalidRequestError({
    path: `query.${name}`,
    hint: 'give a text, a number or a boolean',
    received: value,
  })
}

/** Routes that were split before: there are few, and they recur. */
const split = new Map<string, readonly string[]>()
const MOST_ROUTES = 500

const partsOf = (route: string): readonly string[] => {
  const known = split.get(route)
  if (known) return known
  const parts = route.split(PLACEHOLDER)
  if (split.size < MOST_ROUTES) split.set(route, parts)
  return parts
}

/** A route with one placeholder, filled with a checked id. */
export const routeWith = (route: string, id: string): string => {
  const [before = '', , after = ''] = partsOf(route)
  return before + encode(id) + after
}

const NO_PARAMS: PathParams = Object.freeze({})

/** Fills a route with checked and encoded values. */
export const fillRoute = (route: string, params: PathParams = NO_PARAMS, query?: QueryParams): string => {
  const parts = partsOf(route)
  let path = parts[0] ?? ''
  for (let index = 1; index < parts.length; index += 2) {
    const name = parts[index] ?? ''
    path += encode(checkId(name, params[name])) + (parts[index + 1] ?? '')
  }
  const pairs = query ? Object.entries(query).filter(([, value]) => value !== undefined) : []
  if (pairs.length === 0) return path
  return `${path}?${pairs.map(([name, value]) => queryPair(name, value)).join('&')}`
}
