import type { Bilingual } from '../text/bilingual.js'
import type { ErrorArea } from './error-area.js'

/**
 * A range of codes that the docs reserve for one purpose
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}). Both ends are
 * included.
 */
export interface ErrorRange {
  readonly from: number
  readonly to: number
  readonly area: ErrorArea
  readonly meaning: Bilingual
}

/**
 * The ranges of codes, for codes without a row. Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}.
 */
export const errorRanges: readonly ErrorRange[] = [
  {
    from: 301000,
    to: 301099,
    area: 'channelPermission',
    meaning: { en: 'channel permission error', zh: '子频道权限错误' },
  },
  {
    from: 1_000_000,
    to: 2_999_999,
    area: 'guildMessage',
    meaning: { en: 'error while sending a message', zh: '发消息错误' },
  },
  {
    from: 3_000_000,
    to: 3_999_999,
    area: 'guildMessage',
    meaning: { en: 'error while editing a message', zh: '编辑消息错误' },
  },
]

/** The range of a code without a row. */
export const errorRangeOf = (code: number): ErrorRange | undefined =>
  errorRanges.find((range) => code >= range.from && code <= range.to)
