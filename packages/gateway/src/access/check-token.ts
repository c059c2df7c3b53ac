import { QqkitError, type AccessFault } from '@qqkit/core'

/** The access gave something that is no token. Sent all the same, it would cost a session each time. */
class TokenUnusableError extends QqkitError implements AccessFault {
  readonly access = 'unavailable'

  /** @param given what it gave, as a word: the value itself may be a secret */
  constructor(given: string) {
    super({
      code: 'token_unusable',
      message: `access.token() gave no token, but ${given}`,
      advice: {
        en: 'Let access.token() return the access_token as text, without the prefix "QQBot ". With @qqkit/rest, pass rest.access.',
        zh: '请让 access.token() 返回 access_token 文本，不要带 “QQBot ” 前缀。使用 @qqkit/rest 时传入 rest.access 即可。',
      },
    })
  }
}

/**
 * What an access gave, if it is a token.
 *
 * @throws TokenUnusableError when it is not
 */
export const checkToken = (value: unknown): string => {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value
  if (typeof value !== 'string')
    throw new TokenUnusableError(value === null ? 'null' : `a value of type ${typeof value}`)
  throw new TokenUnusableError(value === '' ? 'an empty text' : 'a text with spaces or control characters')
}
