import type { Advice } from '@qqkit/core'

import type { Situation } from '../types/situation.js'

/** Advice by situation, for failures without an error code. */
export const situationAdvice: Readonly<Record<Situation, Advice>> = Object.freeze({
  not_connected: {
    en: 'Nothing was sent. Check the network, DNS, the proxy settings and the base URL.',
    zh: '请求没有发出。请检查网络、DNS、代理设置和接口地址。',
  },
  no_answer: {
    en: 'The request may have been executed. Look in the conversation before sending it again.',
    zh: '请求可能已被执行。再次发送前请先在会话中确认。',
  },
  server_error: {
    en: 'The platform failed and the request may have been executed. Try again later, and quote the trace id when you report it.',
    zh: '平台处理失败，请求可能已被执行。请稍后再试；反馈时请提供 trace id。',
  },
  no_token: {
    en: 'Nothing was sent: no access token was available. Try again later; if it persists, check the token URL.',
    zh: '请求没有发出：无法获取 access token。请稍后再试；若持续出现，请检查 token 接口地址。',
  },
  limited: {
    en: 'Too frequent: slow down, or let the limiter wait (whenLimited: "wait").',
    zh: '调用过于频繁：请降低频率，或让限流器排队等待（whenLimited: "wait"）。',
  },
  quota: {
    en: 'The quota is used up: try again after the period has passed.',
    zh: '配额已用尽：请等待周期过后再试。',
  },
  unauthorized: {
    en: 'A fresh access token was refused too. Check that appId and secret belong to this bot and to this host.',
    zh: '刷新后的 access token 仍被拒绝。请核对 appId、secret 是否属于该机器人和该接口地址。',
  },
  fault: { en: 'A temporary failure of the platform: try again later.', zh: '平台临时故障，请稍后再试。' },
  fault_once: {
    en: 'A system error of the platform: report it with the trace id.',
    zh: '平台系统错误：请携带 trace id 反馈给平台。',
  },
  refused: {
    en: 'Compare the request with the documentation of the endpoint; quote the trace id when you report it.',
    zh: '请对照接口文档检查请求；咨询时请提供 trace id。',
  },
})
