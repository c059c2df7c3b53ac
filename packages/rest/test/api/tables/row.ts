import type { Endpoint } from '@qqkit/protocol'

import type { Rest } from '../../../src/index.js'

/** One call: how it is made, what it looks like on the wire, what the platform answers and what comes of it. */
export interface Row {
  readonly endpoint: Endpoint
  readonly call: (rest: Rest) => Promise<unknown>
  /** With its query. */
  readonly path: string
  /** Absent: the request has no body. */
  readonly body?: unknown
  /** The body of the answer; absent: HTTP 204 without one. */
  readonly answer?: unknown
  /** What the call resolves with; absent: the answer, or nothing. */
  readonly result?: unknown
}

export const GUILD = '1800000000000000001'
export const CHANNEL = '200001'
export const USER = '1000000000000000002'
export const ROLE = '10000001'
export const MESSAGE = '08aabbccdd'
export const GROUP = 'B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2'
export const MEMBER = 'C3C3C3C3C3C3C3C3C3C3C3C3C3C3C3C3'
export const PERSON = 'A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1'
