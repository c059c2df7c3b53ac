import { checkOptions } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { FaultSpec } from '../core/kernel/faults.js'

const text = v.string('give a text')
const flag = v.boolean('give true or false')
const count = v.pipe(
  v.number('give a whole number'),
  v.safeInteger('give a whole number'),
  v.minValue(0, 'give 0 or more'),
)
const ms = v.pipe(v.number('give ms'), v.finite('give ms'), v.minValue(0, 'give ms, at least 0'))
const status = v.pipe(
  v.number('give an HTTP status'),
  v.integer('give an HTTP status'),
  v.minValue(200, 'give an HTTP status from 200 to 599'),
  v.maxValue(599, 'give an HTTP status from 200 to 599'),
)
/** Close codes that `ws` allows a server to send. */
const isCloseCode = (code: number): boolean =>
  (code >= 3000 && code <= 4999) ||
  [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].includes(code)
const closeCode = v.pipe(
  v.number('give a close code'),
  v.check(
    isCloseCode,
    'give a close code that a server can send: 1000 to 1014 without 1004 to 1006, or 3000 to 4999',
  ),
)
/** The reason in a close frame has at most 123 bytes. */
const reason = v.pipe(text, v.maxBytes(123, 'give at most 123 bytes'))
/** Headers that Node accepts. */
const headers = v.record(
  v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'give names that HTTP allows')),
  v.pipe(text, v.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'give values that HTTP allows')),
)
const when = v.optional(v.picklist(['before', 'during', 'after'], "give 'before', 'during' or 'after'"))
/** The hint of alternatives: their kinds, as the library lists them. */
export const oneOfKinds = ({ expected }: { readonly expected: string | null }): string => {
  const kinds = expected?.match(/"[^"]+"/g) ?? []
  return kinds.length > 0 ? `give one of ${kinds.join(', ').replaceAll('"', "'")}` : 'give an object'
}

const socketAction = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.picklist(['ignore', 'half-open', 'duplicate', 'reorder', 'truncate', 'binary']),
    }),
    v.strictObject({ kind: v.picklist(['drop', 'reset']), after: v.optional(ms) }),
    v.strictObject({ kind: v.literal('delay'), ms }),
    v.strictObject({
      kind: v.literal('close'),
      code: closeCode,
      reason: v.optional(reason),
      after: v.optional(ms),
    }),
    v.strictObject({ kind: v.literal('reconnect'), thenClose: v.optional(closeCode), after: v.optional(ms) }),
    v.strictObject({
      kind: v.literal('invalid'),
      d: v.optional(v.unknown()),
      thenClose: v.optional(closeCode),
      after: v.optional(ms),
    }),
    v.strictObject({ kind: v.literal('garbage'), text: v.optional(text) }),
    v.strictObject({ kind: v.literal('oversize'), bytes: v.optional(count) }),
    v.strictObject({ kind: v.literal('heartbeat'), d: v.optional(v.unknown()) }),
    v.strictObject({ kind: v.literal('frame'), frame: v.unknown() }),
    v.strictObject({ kind: v.literal('interval'), value: v.optional(v.unknown()) }),
  ],
  oneOfKinds,
)

const callAction = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.literal('answer'),
      status,
      body: v.optional(v.unknown()),
      raw: v.optional(text),
      type: v.optional(text),
      headers: v.optional(headers),
      when,
      takes: v.optional(ms),
    }),
    v.strictObject({
      kind: v.literal('error'),
      code: v.nullable(count),
      message: v.optional(text),
      status: v.optional(status),
      when,
      takes: v.optional(ms),
    }),
    v.strictObject({ kind: v.picklist(['hang', 'reset']), when }),
    v.strictObject({
      kind: v.literal('delay'),
      ms,
      when: v.optional(v.picklist(['before', 'after'], "give 'before' or 'after'")),
    }),
  ],
  oneOfKinds,
)

const pushAction = v.variant(
  'kind',
  [
    v.strictObject({ kind: v.picklist(['ignore', 'duplicate', 'forge']) }),
    v.strictObject({ kind: v.literal('delay'), ms }),
  ],
  oneOfKinds,
)

const openAction = v.variant(
  'kind',
  [
    v.strictObject({ kind: v.picklist(['reset', 'hang']) }),
    v.strictObject({ kind: v.literal('refuse'), status: v.optional(status) }),
  ],
  oneOfKinds,
)

const common = {
  id: v.optional(text),
  match: v.optional(
    v.strictObject({
      bot: v.optional(text),
      connection: v.optional(count),
      route: v.optional(text),
      peer: v.optional(text),
      person: v.optional(text),
      t: v.optional(text),
      passive: v.optional(flag),
      msgType: v.optional(count),
      url: v.optional(flag),
    }),
  ),
  times: v.optional(
    v.union([v.literal('forever'), v.pipe(count, v.minValue(1))], "give a number from 1, or 'forever'"),
  ),
  chance: v.optional(v.pipe(v.number(), v.minValue(0, 'give 0 to 1'), v.maxValue(1, 'give 0 to 1'))),
  skip: v.optional(count),
}

const schema = v.variant(
  'on',
  [
    v.strictObject({
      ...common,
      on: v.picklist(['connect', 'identify', 'resume', 'replay', 'heartbeat', 'event']),
      do: socketAction,
    }),
    v.strictObject({ ...common, on: v.literal('call'), do: callAction }),
    v.strictObject({ ...common, on: v.literal('push'), do: pushAction }),
    v.strictObject({ ...common, on: v.literal('open'), do: openAction }),
  ],
  oneOfKinds,
)

/**
 * Checks a fault from any source.
 *
 * @throws OptionsError with the path of the wrong field
 */
export const checkFault = (spec: FaultSpec): FaultSpec => {
  // The commonest mistake: a name of the catalogue.
  if (typeof spec === 'string')
    checkOptions('Fault', v.looseObject({}, "give a fault, e.g. { ...faults['send-hangs'], times: 2 }"), spec)
  return checkOptions('Fault', schema, spec) as FaultSpec
}

/**
 * Checks an action on connections.
 *
 * @throws OptionsError with the path of the wrong field
 */
export const checkSocketAction = (action: unknown): void => {
  checkOptions('Fault', socketAction, action)
}
