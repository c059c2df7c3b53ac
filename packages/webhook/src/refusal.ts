import { type Advice, type Clock, type LogSink, QqkitError, systemClock } from '@qqkit/core'
import { createLog } from '@qqkit/core/internal'

/** Why a request is refused; the `reason` of log records. */
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

/** The answer to the sender, and advice for the owner of the bot. */
export interface RefusalAnswer {
  /** The HTTP status. */
  readonly status: number
  readonly message: string
  readonly advice: Advice
}

/** What `request.rawBody` must hold when the host has read the body. */
const RAW_BODY =
  'request.rawBody must be its bytes (Buffer, Uint8Array, ArrayBuffer or another view) or the same bytes as text'

/** The answer to each refusal. */
const refusals: Readonly<Record<Refusal, RefusalAnswer>> = {
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
    message: `the body was read before the webhook and not kept: ${RAW_BODY}`,
    advice: {
      en: 'The signature covers the raw bytes: register the webhook before body parsers such as express.json(), or keep the bytes as request.rawBody, e.g. with the verify option of the parser.',
      zh: '签名针对原始请求体：请把 webhook 注册在 express.json() 等解析中间件之前，或（例如通过解析器的 verify 选项）把原始字节保存为 request.rawBody。',
    },
  },
  raw_body: {
    status: 500,
    message: `rawBody is neither bytes nor text: ${RAW_BODY}`,
    advice: {
      en: 'Keep the raw body, not the parsed one, e.g. express.json({ verify: (request, _, bytes) => { request.rawBody = bytes } }).',
      zh: '请保存原始请求体，而不是解析后的对象，例如 express.json({ verify: (request, _, bytes) => { request.rawBody = bytes } })。',
    },
  },
  too_large: {
    status: 413,
    message: 'the body exceeds the limit of this endpoint',
    advice: {
      en: 'If the request came from the platform, raise the bodyLimit option (bytes).',
      zh: '如果请求确实来自平台，请调大 bodyLimit 选项（字节）。',
    },
  },
  unreadable: {
    status: 400,
    message: 'the body is incomplete',
    advice: {
      en: 'The connection broke; the platform pushes the event again. If this happens often, check the proxy.',
      zh: '连接中断，平台会重新推送；若频繁出现，请检查前面的代理。',
    },
  },
  empty: {
    status: 400,
    message: 'the body is empty',
    advice: {
      en: 'The platform always sends a body. Check what else calls this address, or whether a proxy drops bodies.',
      zh: '平台的请求总带有请求体；请检查是谁在调用此地址，或前面的代理是否丢弃了请求体。',
    },
  },
  not_json: {
    status: 400,
    message: 'the body is not JSON',
    advice: {
      en: 'The platform sends JSON in UTF-8. If the request came from the platform, a proxy changes bodies: check it.',
      zh: '平台发送的是 UTF-8 编码的 JSON；如果请求确实来自平台，说明前面有代理或网关改动了请求体，请检查。',
    },
  },
  unsigned: {
    status: 401,
    message: 'the signature headers are missing',
    advice: {
      en: 'The platform signs every event. Let a proxy pass X-Signature-Ed25519 and X-Signature-Timestamp. For local tests, use the simulator.',
      zh: '平台会为每个事件签名。若有代理，请放行 X-Signature-Ed25519 和 X-Signature-Timestamp 请求头；本地调试请使用模拟器。',
    },
  },
  headers: {
    status: 401,
    message: 'the signature headers have the wrong format',
    advice: {
      en: 'X-Signature-Timestamp is one number of seconds, X-Signature-Ed25519 has 128 hex digits. Check whether a proxy truncates, repeats or rewrites them.',
      zh: 'X-Signature-Timestamp 应为一个秒级时间戳，X-Signature-Ed25519 应为 128 位十六进制；请检查前面的代理是否截断、重复或改写了请求头。',
    },
  },
  forged: {
    status: 401,
    message: 'the signature does not match the body',
    advice: {
      en: 'If the request came from the platform, check that `secret` is the AppSecret of this bot, and that no proxy changes the body.',
      zh: '如果请求确实来自平台：请确认 secret 是该机器人的 AppSecret，并且前面的代理或中间件没有改动请求体。',
    },
  },
  stale: {
    status: 401,
    message: 'the timestamp is too far from the current time',
    advice: {
      en: 'Set the clock of this machine (NTP), or raise the tolerance option (ms).',
      zh: '请校准本机时间（NTP），或调大 tolerance 选项（毫秒）。',
    },
  },
  stranger: {
    status: 403,
    message: 'this endpoint serves another appid',
    advice: {
      en: 'The callback address of another bot points here. Check `appId` here and the address in its console.',
      zh: '另一个机器人的回调地址指向了这里：请检查此处的 appId 以及管理端配置的回调地址。',
    },
  },
  malformed: {
    status: 400,
    message: 'the body is not a frame',
    advice: {
      en: 'The signature is valid, but the body is not an event. Check the body, and report it if it came from the platform.',
      zh: '签名正确但内容不是事件，请检查请求体；如确认来自平台请反馈。',
    },
  },
  challenge: {
    status: 400,
    message: 'the challenge must not be signed',
    advice: {
      en: 'Someone may be trying to get a forged event signed; address checks of the platform look different.',
      zh: '可能有人企图骗取伪造事件的签名；平台的地址校验不是这种格式。',
    },
  },
  not_listening: {
    status: 503,
    message: 'the webhook is not running',
    advice: {
      en: 'Start the bot (or call run()) before the server accepts requests; the platform pushes the event again.',
      zh: '请先启动机器人（或调用 run()）再接收请求；平台会重新推送该事件。',
    },
  },
  stopping: {
    status: 503,
    message: 'this process is stopping and accepts no new events',
    advice: {
      en: 'No event is lost: the platform pushes it again. A load balancer can send it to another process at once.',
      zh: '事件不会丢失：平台会重新推送；前面的负载均衡可以直接转发给其他进程。',
    },
  },
  failed: {
    status: 500,
    message: 'the request could not be handled',
    advice: {
      en: 'See the cause: the server or framework passed an invalid request or failed.',
      zh: '请查看错误原因（cause）：服务器或框架传入的不是有效请求，或在应答过程中出错。',
    },
  },
}

/** ms between two warnings with one reason, so that port scanners cannot fill the log. */
const WARNING_INTERVAL = 60_000

/** Logs refused requests: the first of each reason and minute as a warning, the others at level `debug`. */
export class RefusalLog {
  readonly #log: LogSink
  readonly #clock: Clock
  readonly #warnedAt = new Map<Refusal, number>()

  constructor(log: LogSink, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** @param cause the error that led to the refusal, if any */
  record(reason: Refusal, cause?: unknown): void {
    const { status, message, advice } = refusals[reason]
    const now = this.#clock.now()
    const quiet = now - (this.#warnedAt.get(reason) ?? -Infinity) < WARNING_INTERVAL
    if (!quiet) this.#warnedAt.set(reason, now)
    this.#log({
      level: quiet ? 'debug' : 'warn',
      event: 'webhook.refused',
      message: `refused a webhook request with status ${status}`,
      reason,
      status,
      error: new QqkitError({ code: `webhook_${reason}`, message, advice, cause }),
    })
  }
}

export const jsonResponse = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

/** The HTTP answer to a refused request. */
export const refusalResponse = (reason: Refusal): Response => {
  const { status, message } = refusals[reason]
  return jsonResponse(status, { message })
}

type Refuse = (reason: Refusal, cause?: unknown) => Response

/** How each webhook refuses a request, with its counters and its log. */
const refuseOf = new WeakMap<object, Refuse>()

/** Sets how a webhook refuses requests that its adapters cannot turn into a `Request`. */
export const refuseWith = (webhook: object, refuse: Refuse): void => {
  refuseOf.set(webhook, refuse)
}

/** Refuses a request that could not be turned into a `Request`, on behalf of a webhook. */
export const refuse = (webhook: object, reason: Refusal, cause?: unknown): Response => {
  const refuseAs = refuseOf.get(webhook)
  if (refuseAs) return refuseAs(reason, cause)
  // A wrapper around `fetch` has no log, so the record goes to the diagnostics channel.
  new RefusalLog(createLog('webhook'), systemClock).record(reason, cause)
  return refusalResponse(reason)
}
