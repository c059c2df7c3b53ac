import type { ErrorMeaning } from '@qqkit/protocol'

import type { RestError } from './rest-error.js'

/** Whether a failure has one of the meanings that open a way out, by its numbers or by its text. */
export const failureMeans = ({ facts }: RestError, meaning: ErrorMeaning): boolean =>
  facts?.[meaning] === true
