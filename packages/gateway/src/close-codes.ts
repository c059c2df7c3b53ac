import type { Rule } from '@qqkit/reconnect-policy'

/**
 * What each close code means for the next connection, as rules of the reconnect policy. Names and advice are in
 * `@qqkit/protocol`. A code without a row is resumed on the ladder. `disconnect` in `machine/disconnect.ts` applies the row.
 *
 * @example
 * new Gateway({ access, intents, closeCodes: { 4008: { delay: 30_000 } } }) // changes one row
 */
export type CloseCodeTable = Readonly<Record<number, Rule>>

const resume: Rule = {
  session: 'keep',
  token: 'keep',
  delay: 'ladder',
  fatal: false,
  stopAfter: null,
  resumeTries: null,
}
const identify: Rule = { ...resume, session: 'drop' }
const stop: Rule = { ...identify, fatal: true }

/** The official table, completed by observation (§3.7). */
const documented: CloseCodeTable = {
  1000: resume,
  1001: resume,
  1005: resume,
  1006: resume,
  1009: resume,
  1011: resume,
  1012: resume,
  4000: identify,
  4001: stop,
  4002: stop,
  4003: identify,
  4004: { ...resume, token: 'refresh', stopAfter: 5 },
  4005: identify,
  4006: identify,
  4007: identify,
  4008: { ...resume, delay: 'rate_limited' },
  // Every half hour on healthy connections (§3.10): a new session would lose the events in between. One resume without
  // effect shows that the session is over.
  4009: { ...resume, resumeTries: 1 },
  4010: stop,
  4011: stop,
  4012: stop,
  4013: stop,
  4014: stop,
  4900: identify,
  4901: identify,
  4902: identify,
  4903: identify,
  4904: identify,
  4905: identify,
  4906: identify,
  4907: identify,
  4908: identify,
  4909: identify,
  4910: identify,
  4911: identify,
  4912: identify,
  4913: identify,
  4914: stop,
  4915: stop,
}

/**
 * Presets of the option `closeCodes`. `strict` drops the session on 4009 too, as some clients do, and loses the events in
 * between.
 *
 * @example
 * new Gateway({ access, intents, closeCodes: 'strict' })
 * closeCodeTables.default[4009] // { session: 'keep', …, resumeTries: 1 }
 */
export const closeCodeTables: Readonly<Record<CloseCodePreset, CloseCodeTable>> = {
  default: documented,
  strict: { ...documented, 4009: identify },
}

/** Name of a preset of {@link closeCodeTables}. */
export type CloseCodePreset = 'default' | 'strict'
