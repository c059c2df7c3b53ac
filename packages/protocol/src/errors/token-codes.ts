import type { Bilingual } from '../text/bilingual.js'

/** What one `code` of the token endpoint means (§1.2). Failures come with HTTP 200. */
export interface TokenCode {
  readonly meaning: Bilingual
  /** Whether asking again makes sense: never, after a minute, or this is no failure at all. */
  readonly access: 'ok' | 'fatal' | 'rate_limited'
  readonly message?: string
}

/** The codes of the token endpoint (§1.2; 100017 and 11298 from reports, §2.7). Advice: see `adviceForToken`. */
export const tokenCodes: Readonly<Record<number, TokenCode>> = {
  0: { access: 'ok', meaning: { en: 'ok', zh: '成功' } },
  10004: { access: 'fatal', meaning: { en: 'bot unknown', zh: '机器人不存在' } },
  11298: {
    access: 'fatal',
    meaning: { en: "the IP address is not on the bot's allow list", zh: 'IP 不在机器人的白名单中' },
  },
  100001: {
    access: 'rate_limited',
    message: 'Too many requests',
    meaning: { en: 'too many requests', zh: '请求过于频繁' },
  },
  100007: {
    access: 'fatal',
    message: 'appid invalid',
    meaning: {
      en: 'appId unknown, or the bot is banned or deleted',
      zh: 'appId 不存在，或机器人已被封禁或删除',
    },
  },
  100016: {
    access: 'fatal',
    message: 'invalid appid or secret',
    meaning: { en: 'appId and secret do not belong together', zh: 'appId 与 secret 不匹配' },
  },
  100017: {
    access: 'rate_limited',
    message: '频率限制',
    meaning: { en: 'called too often', zh: '调用过于频繁' },
  },
}
