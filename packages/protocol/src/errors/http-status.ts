import type { Bilingual } from '../text/bilingual.js'
import type { ErrorClass } from './error-class.js'

/** What one HTTP status means here (§2.4). */
export interface HttpStatusFact {
  readonly meaning: Bilingual
  /** `null`: a success, or the body decides. */
  readonly class: ErrorClass | null
}

/** The documented HTTP statuses (§2.4). A code in the body is more precise; a 200 can carry one too (§2.3). */
export const httpStatuses: Readonly<Record<number, HttpStatusFact>> = {
  200: {
    class: null,
    meaning: { en: 'ok, unless the body carries a code', zh: '成功，除非包体中带有错误码' },
  },
  201: { class: null, meaning: { en: 'accepted, asynchronous', zh: '异步操作已受理' } },
  202: { class: null, meaning: { en: 'accepted, asynchronous', zh: '异步操作已受理' } },
  204: { class: null, meaning: { en: 'ok, no body', zh: '成功，没有包体' } },
  400: { class: null, meaning: { en: 'business error, see the code', zh: '业务错误，详见错误码' } },
  401: { class: 'T', meaning: { en: 'authentication failed', zh: '认证失败' } },
  403: { class: 'T', meaning: { en: 'forbidden', zh: '没有权限' } },
  404: { class: 'none', meaning: { en: 'unknown API', zh: '未找到 API' } },
  405: { class: 'none', meaning: { en: 'wrong method', zh: 'HTTP 方法不允许' } },
  429: { class: 'L', meaning: { en: 'frequency limit', zh: '频率限制' } },
  500: { class: 'R', meaning: { en: 'processing failed', zh: '处理失败' } },
  502: { class: 'R', meaning: { en: 'bad gateway; often an HTML page', zh: '网关错误；包体常为 HTML' } },
  503: { class: 'R', meaning: { en: 'unavailable; often an HTML page', zh: '服务不可用；包体常为 HTML' } },
  504: { class: 'R', meaning: { en: 'processing timed out', zh: '处理超时' } },
}
