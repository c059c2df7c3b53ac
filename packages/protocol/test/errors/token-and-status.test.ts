import { describe, expect, it } from 'vitest'

import { adviceForToken, errorTexts, httpStatuses, meaningOfErrorText, tokenCodes } from '../../src/index.js'

describe('the codes of the token endpoint', () => {
  it('ST-01 tell which failures are final and which pass', () => {
    const access = Object.fromEntries(Object.entries(tokenCodes).map(([code, fact]) => [code, fact.access]))
    expect(access).toEqual({
      0: 'ok',
      10004: 'fatal',
      11298: 'fatal',
      100001: 'rate_limited',
      100007: 'fatal',
      100016: 'fatal',
      100017: 'rate_limited',
    })
  })

  it.each([10004, 11298, 100001, 100007, 100016, 100017, 999999])(
    'have advice in both languages: %i',
    (code) => {
      expect(adviceForToken(code).en).toMatch(/\.$/)
      expect(adviceForToken(code).zh).toMatch(/。$/)
    },
  )

  it('give 10004 its own meaning here: an unknown bot, not an unknown guild', () => {
    expect(adviceForToken(10004).en).toContain('No such bot')
  })
})

describe('texts', () => {
  it('RS-01 both known texts mean a dead anchor', () => {
    expect(errorTexts.filter(({ means }) => means === 'anchorDead')).toHaveLength(4)
    expect(meaningOfErrorText('msgid已经过期,不能回复')).toBe('anchorDead')
    expect(meaningOfErrorText('send failed: 消息ID已过期，不能回复 (trace)')).toBe('anchorDead')
  })

  it('are found inside longer ones', () => {
    expect(meaningOfErrorText('code 1: 不允许发送原生 markdown')).toBe('markdownRefused')
    expect(meaningOfErrorText('流式消息md分片需要\\n结束')).toBe('finalChunkNeedsNewline')
    expect(meaningOfErrorText('流式消息md分片需要\n结束')).toBe('finalChunkNeedsNewline')
    expect(meaningOfErrorText('Too many requests')).toBe('rateLimited')
  })

  it('say nothing about others', () => {
    expect(meaningOfErrorText('请求参数msg_id无效或越权')).toBeUndefined()
    expect(meaningOfErrorText('')).toBeUndefined()
  })
})

describe('HTTP statuses', () => {
  it('are those of §2.4, with class T for 401 and L for 429', () => {
    expect(Object.keys(httpStatuses).map(Number)).toEqual([
      200, 201, 202, 204, 400, 401, 403, 404, 405, 429, 500, 502, 503, 504,
    ])
    expect(httpStatuses[401]?.class).toBe('T')
    expect(httpStatuses[429]?.class).toBe('L')
    expect(httpStatuses[200]?.class).toBeNull()
  })
})
