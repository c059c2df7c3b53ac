import { describe, expect, it } from 'vitest'

import {
  adviceForToken,
  errorCodeAt,
  httpStatuses,
  lookUpError,
  tokenCodes,
  type ErrorArea,
  type ErrorReport,
} from '../../src/index.js'

describe('the codes of the token endpoint', () => {
  it('ST-01 ST-06 separate permanent failures from rate limits', () => {
    const access = Object.fromEntries(Object.entries(tokenCodes).map(([code, fact]) => [code, fact.access]))
    expect(access).toEqual({
      0: 'ok',
      10004: 'fatal',
      11298: 'fatal',
      100001: 'rate_limited',
      100002: 'fatal',
      100007: 'fatal',
      100016: 'fatal',
      100017: 'rate_limited',
    })
  })

  it.each([10004, 11298, 100001, 100002, 100007, 100016, 100017, 999999])(
    'have advice in both languages: %i',
    (code) => {
      expect(adviceForToken(code).en).toMatch(/\.$/)
      expect(adviceForToken(code).zh).toMatch(/。$/)
    },
  )

  it('have their own meaning for 10004: an unknown bot, not an unknown guild', () => {
    expect(adviceForToken(10004).en).toContain('No such bot')
  })
})

/** The row that a text leads to, by its number or by the columns that are set. */
const factsOf = (message: string, area: ErrorArea | null = null) => lookUpError({ message }, { area })

describe('texts', () => {
  // §2.7 of the reference, written out: text, where it was seen, and the code that it comes with.
  it.each([
    ['回复消息msg_id已过期', null, 40034005],
    ['请求参数msg_id无效或越权', null, 40034024],
    ['msgid已经过期,不能回复', null, 40034031],
    ['被动回复时间或次数超限', null, 40034128],
    ['回复消息失败，被动回复时间或者次数超过限制', null, 40034128],
    ['消息被去重', null, 40054005],
    ['消息被去重，请检查请求msgseq', null, 40054005],
    ['消息ID已过期，不能回复', null, 304103],
    ['not allowd custom keyborad', null, 304057],
    ['get header appid failed', 'interaction', 630006],
    ['check app privilege not pass', null, 11253],
    ['msg limit exceed', 'c2cGroupSend', 22009],
    ['invalid request', 'c2cGroupSend', 11255],
    ['reply message not allow markdown', 'guildMessage', 304041],
    ['input type err', 'c2cGroupSend', 50059],
    ['empty msg', 'c2cGroupSend', 50006],
    ['富媒体文件下载失败', 'upload', 850026],
    ['富媒体文件格式不支持', 'upload', 850019],
    ['已经提交的消息内容不可修改', 'stream', 40007],
    ['请求参数无效', 'recall', 40061001],
    ['upload media info fail', null, 304082],
    ['convert media info fail', null, 304083],
    ['push message is waiting for audit now', 'guildMessage', 304023],
    ['不允许发送原生 markdown', null, 50056],
  ] as const)('RS-24 %s means what its code means', (message, area, code) => {
    expect(factsOf(message, area)).toBe(errorCodeAt(code, area))
  })

  it.each([
    ['reply msg exceed limit', { class: 'anchor', anchorDead: true }],
    ['流式消息md分片需要\n结束', { class: 'content', finalChunkNeedsNewline: true }],
    ['流式消息md分片需要\\n结束', { class: 'content', finalChunkNeedsNewline: true }],
    ['同一流式消息发送超过时间限制', { class: 'content', streamOver: true }],
    ['接口调用超过频率限制', { class: 'limited' }],
    ['Too many requests', { class: 'limited' }],
  ])('RS-24 %s, whose code is unknown, has a meaning of its own', (message, row) => {
    expect(factsOf(message)).toMatchObject({ ...row, code: null })
  })

  it('are found inside longer ones', () => {
    expect(factsOf('send failed: 消息ID已过期，不能回复 (trace)')?.anchorDead).toBe(true)
    expect(factsOf('code 1: 不允许发送原生 markdown')?.markdownRefused).toBe(true)
  })

  it.each([
    ['Invalid Request.', 'c2cGroupSend', 11255],
    [' INVALID  REQUEST ', 'upload', 11255],
    ['Msg Limit Exceed', null, 22009],
    ['不允许发送原生Markdown', null, 50056],
    ['msgid已经过期，不能回复', null, 40034031],
    ['消息ID已过期, 不能回复。', null, 304103],
  ] as const)('RS-24 are known in another case, width or spacing (%s)', (message, area, code) => {
    expect(factsOf(message, area)).toBe(errorCodeAt(code, area))
  })

  it('of common words must be the whole message, at an endpoint where they were seen', () => {
    expect(factsOf('invalid request body', 'c2cGroupSend')).toBeUndefined()
    expect(factsOf('invalid request', 'schedule')).toBeUndefined()
    expect(factsOf('请求参数无效', 'c2cGroupSend')).toBeUndefined()
  })

  it('do not match other messages', () => {
    expect(factsOf('something else')).toBeUndefined()
    expect(factsOf('')).toBeUndefined()
  })
})

describe('looking up a failure', () => {
  it('RS-24 looks up err_code, then code, then biz_code, then the text', () => {
    const at = (report: ErrorReport): number | null | undefined => lookUpError(report)?.code
    const message = '不允许发送原生 markdown'
    expect(at({ errCode: 40034005, code: 40034006, bizCode: 40034011, message })).toBe(40034005)
    expect(at({ errCode: 40113003, code: 40034006, bizCode: 40034011, message })).toBe(40034006)
    expect(at({ errCode: 0, code: 40034006, message })).toBe(40034006)
    expect(at({ errCode: 40113003, code: 1, bizCode: 40034011, message })).toBe(40034011)
    expect(at({ errCode: 40113003, code: 1, message })).toBe(50056)
    expect(at({ errCode: 40113003, code: 1, message: 'x' })).toBeUndefined()
    expect(at({})).toBeUndefined()
  })

  it.each([
    ['stream', 40113002, 40006],
    ['stream', 40113003, 40007],
    ['upload', 40034001, 850026],
  ] as const)(
    'RS-24 knows a number of a deeper layer where it is all that an answer of %s names',
    (area, deep, documented) => {
      const row = errorCodeAt(documented, area)
      expect(lookUpError({ errCode: deep }, { area })).toBe(row)
      expect(lookUpError({ code: deep, errCode: deep, message: 'x' }, { area })).toBe(row)
      // Whatever else is known says more.
      expect(lookUpError({ errCode: deep, code: 12002 }, { area })?.code).toBe(12002)
      expect(lookUpError({ errCode: deep, message: '消息被去重' }, { area })?.code).toBe(40054005)
      for (const elsewhere of ['c2cGroupSend', null] as const)
        expect(lookUpError({ errCode: deep }, { area: elsewhere })).toBeUndefined()
    },
  )

  it('RS-27 RS-35 a text without a known code outranks any number', () => {
    const message = '同一流式消息发送超过时间限制'
    expect(lookUpError({ code: 50001, message })).toMatchObject({ code: null, streamOver: true })
  })

  it('RS-35 22009 has another meaning for a reply', () => {
    expect(lookUpError({ code: 22009 }, { reply: false })).toMatchObject({ class: 'limited' })
    expect(lookUpError({ code: 22009 }, { reply: true })).toMatchObject({
      code: 22009,
      class: 'anchor',
      anchorDead: true,
    })
  })
})

describe('HTTP statuses', () => {
  it('match §2.4, with auth for 401 and limited for 429', () => {
    expect(Object.keys(httpStatuses).map(Number)).toEqual([
      200, 201, 202, 204, 400, 401, 403, 404, 405, 413, 429, 500, 502, 503, 504,
    ])
    expect(httpStatuses[401]?.class).toBe('auth')
    expect(httpStatuses[429]?.class).toBe('limited')
    expect(httpStatuses[200]?.class).toBeNull()
  })
})
