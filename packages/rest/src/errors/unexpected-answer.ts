import { RestError } from './rest-error.js'

/** The error of a call that succeeded without telling what it was made for. */
export const unexpectedAnswer = (endpoint: string, what: string): RestError =>
  new RestError({
    code: 'unexpected_answer',
    message: `${endpoint}: ${what}`,
    situation: 'lost',
    delivered: 'yes',
    retry: 'never',
    advice: {
      en: 'The platform took the request, but its answer cannot be read. Look for a newer version of this package.',
      zh: '平台已接受请求，但无法读取其应答。请检查本软件包是否有新版本。',
    },
  })
