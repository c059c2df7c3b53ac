import { RestError } from './rest-error.js'

/** The client was closed before the call (`'no'`), or during it (`'unknown'`). */
export const closedError = (delivered: 'no' | 'unknown'): RestError =>
  new RestError({
    code: 'closed',
    message: delivered === 'no' ? 'the client is closed' : 'the client was closed during the call',
    situation: delivered === 'no' ? 'not_connected' : 'no_answer',
    delivered,
    retry: 'never',
    advice: {
      en: 'Create a new Rest, or close this one only after the last call.',
      zh: '请新建一个 Rest，或在最后一次调用结束后再关闭。',
    },
  })
