import { type Advice, type Clock, type LogSink, QqkitError } from '@qqkit/core'

/** Why a request is not taken; as in log records. */
export type Refusal =
  | 'method'
  | 'consumed'
  | 'raw_body'
  | 'too_large'
  | 'unreadable'
  | 'empty'
  | 'not_json'
  | 'unsigned'
  | 'headers'
  | 'forged'
  | 'stale'
  | 'stranger'
  | 'malformed'
  | 'challenge'
  | 'not_listening'
  | 'stopping'
  | 'failed'

/** What its sender is told, and what its owner can do about it. */
export interface RefusalFact {
  /** A status that the sender can act on. */
  readonly status: number
  readonly message: string
  readonly advice: Advice
}

/** What a host that reads bodies itself has to leave for the webhook. */
const RAW_BODY =
  'request.rawBody has to be its bytes (Buffer, Uint8Array, ArrayBuffer or another view) or the same bytes as text'

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
  consumed: {
    status: 500,
    message: `the body was read before the webhook saw it, and not kept: ${RAW_BODY}`,
    advice: {
      en: 'The signature covers the raw bytes: register the webhook before body parsers such as express.json(), or keep the bytes as request.rawBody, e.g. with the verify option of the parser.',
      zh: '签名针对原始请求体：请把 webhook 注册在 express.json() 等解析中间件之前，或（例如通过解析器的 verify 选项）把原始字节保存为 request.rawBody。',
    },
  },
  raw_body: {
    status: 500,
    message: `what is kept as rawBody is neither bytes nor text: ${RAW_BODY}`,
    advice: {
      en: 'Keep the body as it came, not what a parser made of it, e.g. express.json({ verify: (request, _, bytes) => { request.rawBody = bytes } }).',
      zh: '请保存原始请求体，而不是解析后的对象，例如 express.json({ verify: (request, _, bytes) => { request.rawBody = bytes } })。',
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
  empty: {
    status: 400,
    message: 'the body is empty',
    advice: {
      en: 'The platform always sends a body. Look for what calls this address besides it, or for a proxy that drops bodies.',
      zh: '平台的请求总带有请求体；请检查是谁在调用此地址，或前面的代理是否丢弃了请求体。',
    },
  },
  not_json: {
    status: 400,
    message: 'the body is no JSON',
    advice: {
      en: 'The platform sends JSON in UTF-8. If it came from there, something in front of the bot changes bodies: look at the proxy.',
      zh: '平台发送的是 UTF-8 编码的 JSON；如果请求确实来自平台，说明前面有代理或网关改动了请求体，请检查。',
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
  headers: {
    status: 401,
    message: 'the signature headers are not of the form that the platform sends',
    advice: {
      en: 'X-Signature-Timestamp is one number of seconds, X-Signature-Ed25519 has 128 hex digits. A proxy in front may cut, double or rewrite them.',
      zh: 'X-Signature-Timestamp 应为一个秒级时间戳，X-Signature-Ed25519 应为 128 位十六进制；请检查前面的代理是否截断、重复或改写了请求头。',
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
  stopping: {
    status: 503,
    message: 'this process is stopping, and begins nothing new',
    advice: {
      en: 'Nothing is lost: the platform pushes the event again. A balancer in front can send it to another process at once.',
      zh: '事件不会丢失：平台会重新推送；前面的负载均衡可以直接转发给其他进程。',
    },
  },
  failed: {
    status: 500,
    message: 'the request could not be handled',
    advice: {
      en: 'Look at the cause: the server or framework handed over something that is no request, or broke while it was answered.',
      zh: '请查看错误原因（cause）：服务器或框架传入的不是有效请求，或在应答过程中出错。',
    },
  },
}

/** ms between two warnings for the same reason: whoever scans the internet must not fill the log. */
const QUIET = 60_000

/** Records refused requests: the first of each minute and reason as a warning with advice, the others for debugging. */
export class RefusalLog {
  readonly #log: LogSink
  readonly #clock: Clock
  readonly #warnedAt = new Map<Refusal, number>()

  constructor(log: LogSink, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** @param cause what was thrown, where something was */
  note(reason: Refusal, cause?: unknown): void {
    const { status, message, advice } = refusals[reason]
    const now = this.#clock.now()
    const quiet = now - (this.#warnedAt.get(reason) ?? -Infinity) < QUIET
    if (!quiet) this.#warnedAt.set(reason, now)
    this.#log({
      level: quiet ? 'debug' : 'warn',
      event: 'webhook.refused',
      message: `refused a call of the webhook with ${status}`,
      reason,
      status,
      error: new QqkitError({ code: `webhook_${reason}`, message, advice, cause }),
    })
  }
}
