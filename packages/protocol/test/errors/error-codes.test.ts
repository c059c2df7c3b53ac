import { describe, expect, it } from 'vitest'

import {
  adviceFor,
  errorAreaAdvice,
  type ErrorClass,
  errorClasses,
  errorCodeAt,
  errorCodes,
  errorRangeOf,
  errorRanges,
} from '../../src/index.js'
import { documentedCodes } from '../support/documented-codes.js'

const rows = Object.values(errorCodes)
const codesWhere = (column: keyof (typeof rows)[number]): number[] =>
  rows.filter((row) => row[column] === true).map((row) => row.code)

// The classes of §2.7, written out.
const classes: Readonly<Record<Exclude<ErrorClass, 'none'>, readonly number[]>> = {
  transientOnce: [11242, 11252, 11263, 11281],
  transient: [
    304082, 304083, 306003, 306005, 306006, 501002, 501003, 501004, 501006, 501007, 501011, 501012, 620007,
    850027, 40034004, 40054006, 40093001, 50055001, 50055002, 50055006, 50065001,
  ],
  limited: [
    20028, 22007, 22009, 50002, 100001, 100017, 302012, 302021, 304019, 304022, 304035, 304045, 304047,
    304049, 304050, 304052, 503004, 610012, 610013, 620006, 1100100, 1100308, 40034021, 40034100, 40034122,
    40093002,
  ],
  auth: [
    11241, 11243, 11244, 11245, 11251, 11253, 11254, 11261, 11262, 11264, 11265, 11273, 11274, 11275, 11282,
    11298, 50056, 100002, 100007, 100016, 304004, 304014, 304036, 304037, 304041, 40034012, 40034090,
    40034105, 40034127,
  ],
  anchor: [
    304026, 304027, 304028, 304103, 40034005, 40034024, 40034025, 40034026, 40034027, 40034031, 40034128,
  ],
  duplicate: [40006, 40054005],
  audit: [304023, 304024],
  unreachable: [
    11255, 304031, 304032, 304034, 304046, 304048, 850018, 1100104, 40034101, 40054002, 40054003, 40054004,
    40054013, 40054016,
  ],
  content: [
    22006, 40007, 50059, 304003, 304005, 304020, 304025, 304061, 850012, 850019, 850026, 1100101, 40034006,
    40034008, 40034009, 40034010, 40034011, 40034029, 40034124, 40054007, 40054010, 40054018,
  ],
}

describe('the error table', () => {
  it('has a row for every code of §2.8', () => {
    expect(documentedCodes.filter((code) => errorCodes[code] === undefined)).toEqual([])
    expect(new Set(documentedCodes).size).toBe(documentedCodes.length)
  })

  it('has no other codes than those of §2.7 and of the token endpoint', () => {
    const documented = new Set(documentedCodes)
    expect(rows.map((row) => row.code).filter((code) => !documented.has(code))).toEqual([
      11245, 11255, 11298, 22007, 40006, 100001, 100002, 100007, 100016, 100017, 850012, 40034012, 40034021,
      40034031, 40034090,
    ])
  })

  it.each(Object.entries(classes))('has exactly the codes of §2.7 in class %s', (name, expected) => {
    expect(rows.filter((row) => row.class === name).map((row) => row.code)).toEqual(expected)
  })

  it('has a meaning for every code in both languages', () => {
    for (const row of rows) {
      expect(row.en, `${row.code}`).toMatch(/^[ -~]+$/)
      expect(row.zh, `${row.code}`).toMatch(/\p{Script=Han}/u)
      expect(errorCodes[row.code]).toBe(row)
    }
  })

  it('has advice for every code in both languages', () => {
    for (const { code } of rows) {
      const advice = adviceFor(code)
      expect(advice.en, `${code}`).toMatch(/^[A-Z].{10,}\.$/)
      expect(advice.zh, `${code}`).toMatch(/\p{Script=Han}.*。$/u)
    }
  })
})

describe('the columns of the error table', () => {
  it('RS-01 marks the codes of a dead anchor, and 40034024 (wrong id) not', () => {
    expect(codesWhere('anchorDead')).toEqual([304027, 304103, 40034005, 40034026, 40034031, 40034128])
    expect(errorCodes[40034024]?.class).toBe('anchor')
  })

  it('RS-01 marks only codes of the class anchor as a dead anchor', () => {
    for (const code of codesWhere('anchorDead')) expect(errorCodes[code]?.class, `${code}`).toBe('anchor')
  })

  it('RS-15 marks refused native markdown and media that cannot be fetched', () => {
    expect(codesWhere('markdownRefused')).toEqual([50056, 304036, 304041, 40034012, 40034090])
    expect(codesWhere('mediaNotFetchable')).toEqual([304021, 850026])
    expect(codesWhere('mediaFormatRefused')).toEqual([850019])
  })

  it('marks refused proactive messages and the stale token', () => {
    expect(codesWhere('proactiveRefused')).toEqual([304046, 304048, 40034102, 40034105, 40054013])
    expect(codesWhere('tokenStale')).toEqual([11244])
  })

  it('marks only limits as quotas', () => {
    expect(codesWhere('quota').length).toBeGreaterThan(5)
    for (const code of codesWhere('quota')) expect(errorCodes[code]?.class, `${code}`).toBe('limited')
  })

  it('marks the limits that count proactive messages only', () => {
    expect(codesWhere('proactiveOnly')).toEqual([
      304022, 304035, 304045, 304047, 304049, 304050, 40034100, 40034122,
    ])
    for (const code of codesWhere('proactiveOnly')) expect(errorCodes[code]?.class, `${code}`).toBe('limited')
  })

  it('has 40054005 as the only duplicate', () => {
    expect(errorCodes[40054005]).toMatchObject({ class: 'duplicate', message: '消息被去重' })
  })

  it('has the messages of §2.7', () => {
    const messages: Readonly<Record<number, string>> = {
      40034005: '回复消息msg_id已过期',
      40034024: '请求参数msg_id无效或越权',
      40034031: 'msgid已经过期,不能回复',
      40034128: '被动回复时间或次数超限',
      40054005: '消息被去重',
      304103: '消息ID已过期，不能回复',
      304057: 'not allowd custom keyborad',
      630006: 'get header appid failed',
      11253: 'check app privilege not pass',
      22009: 'msg limit exceed',
      304082: 'upload media info fail',
      304083: 'convert media info fail',
      304023: 'push message is waiting for audit now',
    }
    for (const [code, message] of Object.entries(messages))
      expect(errorCodes[Number(code)]?.message).toBe(message)
  })
})

describe('advice', () => {
  it('prefers the row, then its class, then its part of the API', () => {
    expect(adviceFor(11298).en).toContain('IP allow list')
    expect(adviceFor(40034005)).toBe(errorClasses.anchor.advice)
    expect(adviceFor(302016)).toBe(errorAreaAdvice.schedule)
  })

  it('is given for unknown codes too, by range if there is one', () => {
    expect(adviceFor(999_999_999)).toBe(errorClasses.none.advice)
    expect(adviceFor(999_999_999, 'recall')).toBe(errorAreaAdvice.recall)
    expect(adviceFor(301050)).toBe(errorAreaAdvice.channelPermission)
    expect(adviceFor(1234567)).toBe(errorAreaAdvice.guildMessage)
  })

  it('has a meaning for every class in both languages', () => {
    for (const fact of Object.values(errorClasses)) {
      for (const text of [fact.meaning, fact.advice]) {
        expect(text.en).not.toBe('')
        expect(text.zh).toMatch(/\p{Script=Han}/u)
      }
    }
  })

  it('recommends a repeat only for transient and limited errors', () => {
    const retry = Object.fromEntries(Object.entries(errorClasses).map(([name, fact]) => [name, fact.retry]))
    expect(retry).toEqual({
      transient: 'backoff',
      transientOnce: 'once',
      limited: 'backoff',
      auth: 'never',
      anchor: 'never',
      duplicate: 'never',
      audit: 'never',
      unreachable: 'never',
      content: 'never',
      none: 'never',
    })
  })
})

describe('a number means what its endpoint says', () => {
  it('RS-25 the share link has numbers of its own, with another or no meaning elsewhere', () => {
    for (const code of [10001, 10002, 10003, 10044, 11004])
      expect(errorCodeAt(code, 'shareLink')).toMatchObject({ code, area: 'shareLink' })
    for (const code of [10001, 10003])
      expect(errorCodeAt(code, 'guildMessage')).toMatchObject({ code, area: 'account' })
    for (const code of [10002, 10044, 11004]) expect(errorCodeAt(code, 'guildMessage')).toBeUndefined()
    expect(adviceFor(10001, 'shareLink')).toBe(errorAreaAdvice.shareLink)
    expect(adviceFor(10001)).toBe(errorAreaAdvice.account)
  })

  it('RS-25 40093001 is transient during a transfer, but a refusal of upload_prepare', () => {
    expect(errorCodeAt(40093001, 'upload')).toMatchObject({ class: 'transient' })
    expect(errorCodeAt(40093001, 'uploadPrepare')).toMatchObject({ class: 'none' })
    for (const area of ['upload', 'uploadPrepare'] as const)
      expect(errorCodeAt(40093002, area)).toMatchObject({ class: 'limited', quota: true })
  })

  it('uses the common meaning at an endpoint without one of its own', () => {
    expect(errorCodeAt(40034005, 'shareLink')).toBe(errorCodes[40034005])
    expect(errorCodeAt(40034005, null)).toBe(errorCodes[40034005])
  })
})

describe('ranges', () => {
  it.each([
    [300999, undefined],
    [301000, 'channelPermission'],
    [301099, 'channelPermission'],
    [301100, undefined],
    [1000000, 'guildMessage'],
    [2999999, 'guildMessage'],
    [3000000, 'guildMessage'],
    [3999999, 'guildMessage'],
    [4000000, undefined],
  ])('%i belongs to %s', (code, area) => {
    expect(errorRangeOf(code)?.area).toBe(area)
  })

  it('do not overlap', () => {
    const sorted = [...errorRanges].sort((a, b) => a.from - b.from)
    for (const [index, range] of sorted.entries()) {
      expect(range.from).toBeLessThanOrEqual(range.to)
      expect(sorted[index + 1]?.from ?? Infinity).toBeGreaterThan(range.to)
    }
  })
})
