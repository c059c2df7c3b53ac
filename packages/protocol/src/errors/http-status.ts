import type { Bilingual } from '../text/bilingual.js'
import type { ErrorClass } from './error-class.js'

/**
 * The meaning of one HTTP status
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-4 §2.4}).
 */
export interface HttpStatusFact {
  readonly meaning: Bilingual
  /** `null`: a success, or the body decides. */
  readonly class: ErrorClass | null
  /** Advice if the body has no code. */
  readonly advice?: Bilingual
}

/**
 * The documented HTTP statuses
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-4 §2.4}). A code in the body
 * is more precise; a 200 can carry one too
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-3 §2.3}).
 */
export const httpStatuses: Readonly<Record<number, HttpStatusFact>> = {
  200: {
    class: null,
    meaning: { en: 'ok, unless the body carries a code', zh: '成功，除非包体中带有错误码' },
  },
  201: { class: null, meaning: { en: 'accepted, asynchronous', zh: '异步操作已受理' } },
  202: { class: null, meaning: { en: 'accepted, asynchronous', zh: '异步操作已受理' } },
  204: { class: null, meaning: { en: 'ok, no body', zh: '成功，没有包体' } },
  400: { class: null, meaning: { en: 'business error, see the code', zh: '业务错误，详见错误码' } },
  401: { class: 'auth', meaning: { en: 'authentication failed', zh: '认证失败' } },
  403: { class: 'auth', meaning: { en: 'forbidden', zh: '没有权限' } },
  404: {
    class: 'none',
    meaning: { en: 'unknown API, unless the body carries a code', zh: '未找到 API，除非包体中带有错误码' },
    advice: {
      en: 'No such endpoint: check method, path and base URL; an id in the path must be encoded.',
      zh: '接口不存在：请检查请求方法、路径与接口地址；路径中的 id 需要编码。',
    },
  },
  405: {
    class: 'none',
    meaning: { en: 'wrong method', zh: 'HTTP 方法不允许' },
    advice: {
      en: 'The endpoint does not take this method: compare it with the documentation.',
      zh: '该接口不支持此请求方法：请对照接口文档。',
    },
  },
  413: {
    class: 'content',
    meaning: {
      en: 'body too big for the front proxy; an HTML page',
      zh: '包体超过前置代理的限制；包体为 HTML',
    },
    advice: {
      en: 'The request is too big for one call: upload the file in parts, or make it smaller.',
      zh: '单次请求过大：请分片上传，或减小文件。',
    },
  },
  429: { class: 'limited', meaning: { en: 'frequency limit', zh: '频率限制' } },
  500: {
    class: 'transient',
    meaning: {
      en: 'processing failed, unless the body carries a final code',
      zh: '处理失败，除非包体中带有最终错误码',
    },
  },
  502: {
    class: 'transient',
    meaning: { en: 'bad gateway; often an HTML page', zh: '网关错误；包体常为 HTML' },
  },
  503: {
    class: 'transient',
    meaning: { en: 'unavailable; often an HTML page', zh: '服务不可用；包体常为 HTML' },
  },
  504: { class: 'transient', meaning: { en: 'processing timed out', zh: '处理超时' } },
}
