import { messageOf } from '@qqkit/core/internal'

import { RestError } from '../errors/rest-error.js'

/** What a stage of the user's own throws tells nothing about the call. */
export const asRestError = (error: unknown): RestError =>
  RestError.is(error)
    ? error
    : new RestError({
        code: 'stage_failed',
        message: messageOf(error),
        situation: 'refused',
        delivered: 'unknown',
        retry: 'never',
        cause: error,
      })
