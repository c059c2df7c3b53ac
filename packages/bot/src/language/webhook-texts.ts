import type { Texts } from '@qqkit/core/internal'

/** Sentences of `@qqkit/webhook`. */
export const webhookTexts: Texts = [
  [
    'request.rawBody must be its bytes (Buffer, Uint8Array, ArrayBuffer or another view) or the same bytes as text',
    'request.rawBody 必须是请求的原始字节（Buffer、Uint8Array、ArrayBuffer 或其他视图），或这些字节对应的文本',
  ],
  ['give a webhook, e.g. nodeHandler(bot.webhook)', '请传入 webhook，例如 nodeHandler(bot.webhook)'],
  ['callbacks are POST requests', '回调应为 POST 请求'],
  ['the body was read before the webhook and not kept: {}', '请求体已被提前读取且未保留：{}'],
  ['rawBody is neither bytes nor text: {}', 'rawBody 既不是字节也不是文本：{}'],
  ['the body exceeds the limit of this endpoint', '请求体超过了该地址的上限'],
  ['the body is incomplete', '请求体不完整'],
  ['the body is empty', '请求体为空'],
  ['the body is not JSON', '请求体不是 JSON'],
  ['the signature headers are missing', '缺少签名请求头'],
  ['the signature headers have the wrong format', '签名请求头格式不正确'],
  ['the signature does not match the body', '签名与请求体不符'],
  ['the timestamp is too far from the current time', '时间戳与当前时间相差过大'],
  ['this endpoint serves another appid', '该地址服务于另一个 appid'],
  ['the body is not a frame', '请求体不是有效的事件'],
  ['the challenge must not be signed', '该地址校验内容不允许签名'],
  ['the webhook is not running', 'webhook 尚未运行'],
  ['this process is stopping and accepts no new events', '本进程正在停止，不再接收新事件'],
  ['the request could not be handled', '无法处理该请求'],
  ['refused a webhook request with status {}', '拒绝了一个 webhook 请求，状态码 {}'],
  ['the consumer of run() threw', 'run() 的消费者抛出了错误'],
  ['the webhook is already running with another consumer', 'webhook 已由另一个消费者运行'],
  ['finishes open events, accepts no new ones', '正在完成已接收的事件，不再接收新事件'],
  ['accepts requests', '可接收请求'],
  ['run() has not been called', '尚未调用 run()'],
  ['the platform checked the address', '平台已校验回调地址'],
  [
    'waitUntil() failed, so the worker may end before the event is handled',
    'waitUntil() 出错，worker 可能在事件处理完之前结束',
  ],
]
