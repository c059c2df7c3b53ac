import { createHash } from 'node:crypto'

/** What tells copies of an event without an id apart from other events: a push that is repeated has the same bytes. */
export const bodyKey = (body: Uint8Array): string =>
  `body:${createHash('sha256').update(body).digest('base64url')}`
