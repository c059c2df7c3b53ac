import process from 'node:process'

import { describe, expect, it } from 'vitest'

import { toChinese } from '../../src/language/translate.js'

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

  /** CPU time of a translation, in ms. */
  const timeOf = (text: string): number => {
    const from = process.cpuUsage()
    toChinese(text)
    const { user, system } = process.cpuUsage(from)
    return (user + system) / 1000
  }

  it.each([
    'a – b; c: d, e and f',
    'a: b, c and ',
    ', and ; : ',
    'a and b; c: d, e – ',
    'x, ',
    'a handler of a: b, c and ',
    'connect a: b, c and d; ',
    'unknown: an event, the token and ',
  ])('reads a text of others that is full of joints in time that it is worth: %j', (unit) => {
    toChinese('prepared')
    // Longer texts take seconds only where these do.
    expect(timeOf(unit.repeat(3))).toBeLessThan(200)
    expect(timeOf(unit.repeat(6))).toBeLessThan(200)
    expect(timeOf(unit.repeat(1000).slice(0, 1000))).toBeLessThan(2000)
  })
})
