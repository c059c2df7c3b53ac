import { describe, expect, it } from 'vitest'

import { allTexts, toChinese } from '../../src/language/translate.js'

const HAN = /\p{Script=Han}/u

describe('MT-07 every row', () => {
  it.each(allTexts)('%s', (en, zh) => {
    expect(zh).toMatch(HAN)
    expect(zh.split('{}')).toHaveLength(en.split('{}').length)
    expect(zh).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/)
    expect(toChinese(en.split('{}').join('7'))).toMatch(HAN)
  })

  it('is there once', () => {
    expect(allTexts.map(([en]) => en).filter((en, index, all) => all.indexOf(en) !== index)).toEqual([])
  })
})

describe('MT-07 a sentence is translated with what it quotes', () => {
  it.each([
    [
      'token or gateway lookup failed: access token: connect ECONNREFUSED 127.0.0.1:1 – token (preparing): identify in 6 s (ladder, attempt 1)',
      '获取 token 或网关地址失败：获取 access token：连接 127.0.0.1:1 被拒绝（ECONNREFUSED） – token（preparing）：identify，6 秒后（ladder，第 1 次）',
    ],
    ['the replay left out 3 numbers', '补发缺少了3 个序号'],
    ['it belongs to another bot and other intents', '它属于另一个机器人、其他 intents'],
    ['a name of a user', 'a name of a user'],
    ['', ''],
  ])('%s', (en, zh) => {
    expect(toChinese(en)).toBe(zh)
  })

  it('reads a long text of others once, and leaves it alone', () => {
    const long = 'a handler of '.repeat(100_000)
    expect(toChinese(long)).toBe(long)
  })
})
