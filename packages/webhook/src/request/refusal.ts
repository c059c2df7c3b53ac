import type { Advice } from '@qqkit/core'

/** Why a request is not taken; as in log records. */
export type Refusal =
  | 'method'
  | 'content_type'
  | 'consumed'
  | 'too_large'
  | 'unreadable'
  | 'unsigned'
  | 'forged'
  | 'stale'
  | 'stranger'
  | 'malformed'
  | 'challenge'
  | 'not_listening'

/** What its sender is told, and what its owner can do about it. */
export interface RefusalFact {
  /** A status that the sender can act on. */
  readonly status: number
  readonly message: string
  readonly advice: Advice
}

/** The answer to each refusal. */
export const refusals: Readonly<Record<Refusal, RefusalFact>> = {
  method: {
    status: 405,
    message: 'callbacks are POST requests',
    advice: {
      en: 'The platform only sends POST. A browser or a health check that opens this address needs another route.',
      zh: '平台只会发送 POST 请求；浏览器或健康检查请使用其他路由。',
    },
  },
  content_type: {
    status: 415,
    message: 'callbacks are JSON',
    advice: {
      en: 'The platform sends application/json. Check what else calls this address, or what rewrites headers in front of it.',
      zh: '平台发送的是 application/json；请检查是谁在调用此地址，或前面的代理是否改写了请求头。',
    },
  },
  consumed: {
    status: 500,
    message: 'the body was read before the webhook saw it',
    advice: {
      en: 'The signature covers the raw bytes: register the webhook before body parsers such as express.json().',
      zh: '签名针对原始请求体，请把 webhook 注册在 express.json() 等解析中间件之前。',
    },
  },
  too_large: {
    status: 413,
    message: 'the body is larger than this endpoint takes',
    advice: {
      en: 'If it came from the platform, raise the bodyLimit option (bytes).',
      zh: '如果请求确实来自平台，请调大 bodyLimit 选项（字节）。',
    },
  },
  unreadable: {
    status: 400,
    message: 'the body did not arrive whole',
    advice: {
      en: 'The connection broke; the platform pushes the event again. Often: look at the proxy in front.',
      zh: '连接中断，平台会重新推送；若频繁出现，请检查前面的代理。',
    },
  },
  unsigned: {
    status: 401,
    message: 'the signature headers are missing',
    advice: {
      en: 'The platform signs every event. Behind a proxy, let X-Signature-Ed25519 and X-Signature-Timestamp through; to try it out, use the simulator.',
      zh: '平台会为每个事件签名。若有代理，请放行 X-Signature-Ed25519 和 X-Signature-Timestamp 请求头；本地调试请使用模拟器。',
    },
  },
  forged: {
    status: 401,
    message: 'the signature does not belong to this body',
    advice: {
      en: 'If it came from the platform: check that `secret` is the AppSecret of this bot, and that nothing in front changes the body.',
      zh: '如果请求确实来自平台：请确认 secret 是该机器人的 AppSecret，并且前面的代理或中间件没有改动请求体。',
    },
  },
  stale: {
    status: 401,
    message: 'the timestamp is too far from now',
    advice: {
      en: 'Set the clock of this machine (NTP), or raise the tolerance option (ms).',
      zh: '请校准本机时间（NTP），或调大 tolerance 选项（毫秒）。',
    },
  },
  stranger: {
    status: 403,
    message: 'this endpoint belongs to another appid',
    advice: {
      en: 'The callback address of another bot points here: check `appId` here and the address in its console.',
      zh: '另一个机器人的回调地址指向了这里：请检查此处的 appId 以及管理端配置的回调地址。',
    },
  },
  malformed: {
    status: 400,
    message: 'the body is not a frame',
    advice: {
      en: 'It is signed and yet no event: look at it, and report it if it came from the platform.',
      zh: '签名正确但内容不是事件，请检查请求体；如确认来自平台请反馈。',
    },
  },
  challenge: {
    status: 400,
    message: 'the challenge is not one that may be signed',
    advice: {
      en: 'Someone may be trying to have a forged event signed; the address check of the platform looks different.',
      zh: '可能有人企图骗取伪造事件的签名；平台的地址校验不是这种格式。',
    },
  },
  not_listening: {
    status: 503,
    message: 'nobody handles events here at the moment',
    advice: {
      en: 'Start the bot (or call run()) before the server takes requests; the platform pushes the event again.',
      zh: '请先启动机器人（或调用 run()）再接收请求；平台会重新推送该事件。',
    },
  },
}
