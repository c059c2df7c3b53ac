/**
 * Answers of the token endpoint
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}) that also turn
 * up elsewhere, e.g. at the gateway lookup.
 */
export const tokenErrorCodes = {
  100001: {
    class: 'limited',
    en: 'too many requests to the token endpoint',
    zh: 'token 接口请求过于频繁',
    message: 'Too many requests',
    advice: {
      en: 'Wait a minute and share one token provider: the same token is returned for two hours.',
      zh: '请等待一分钟，并共用同一个 token 提供者：两小时内返回的是同一个 token。',
    },
  },
  100007: {
    class: 'auth',
    en: 'appId unknown, or the bot is banned or deleted',
    zh: 'appId 不存在，或机器人已被封禁或删除',
    message: 'appid invalid',
    advice: {
      en: 'Copy the AppID from the console and check that the bot is neither banned nor deleted.',
      zh: '请从管理端复制 AppID，并确认机器人未被封禁或删除。',
    },
  },
  100016: {
    class: 'auth',
    en: 'appId and secret do not belong together',
    zh: 'appId 与 secret 不匹配',
    message: 'invalid appid or secret',
    advice: {
      en: 'Copy AppID and AppSecret of the same bot from the console; a reset secret voids the old one.',
      zh: '请从管理端复制同一机器人的 AppID 与 AppSecret；重置后旧的 secret 即失效。',
    },
  },
  100017: {
    class: 'limited',
    en: 'token or gateway asked for too often',
    zh: 'token 或 gateway 接口调用过于频繁',
    message: '接口调用超过频率限制',
    reported: true,
    advice: {
      en: 'Wait a minute and share one token provider: the same token is returned for two hours.',
      zh: '请等待一分钟，并共用同一个 token 提供者：两小时内返回的是同一个 token。',
    },
  },
} as const

/**
 * What these numbers mean at the token endpoint, and only there
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
 */
export const tokenOnlyErrorCodes = {
  10004: {
    class: 'auth',
    en: 'bot unknown',
    zh: '机器人不存在',
    advice: {
      en: 'No such bot: copy the AppID from the console, or create the bot there.',
      zh: '机器人不存在：请从管理端复制 AppID，或先在管理端创建机器人。',
    },
  },
  100002: {
    class: 'auth',
    en: 'the request for a token has the wrong form',
    zh: 'token 请求的格式不正确',
    message: 'internal err',
    reported: true,
    advice: {
      en: 'Give the appId as text, not as a number, and send appId and clientSecret as a JSON body.',
      zh: '请以字符串（而非数字）提供 appId，并以 JSON 包体发送 appId 与 clientSecret。',
    },
  },
} as const
