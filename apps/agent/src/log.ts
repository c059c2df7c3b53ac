import type { BotOptions } from '@qqkit/bot'
import { type DestinationStream, pino } from 'pino'

import { StartError } from '../../common/src/start.js'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent']

/** An error without what libraries attach to it: those of models carry the whole conversation. */
const describe = (error: unknown): unknown =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack, cause: describe(error.cause) }
    : error

/**
 * A log of JSON lines, on stdout.
 *
 * @throws StartError for a level that there is not
 */
export const createLog = (level: string, stream?: DestinationStream): NonNullable<BotOptions['log']> => {
  if (!LEVELS.includes(level))
    throw new StartError({
      en: `LOG_LEVEL is "${level}": give one of ${LEVELS.join(', ')}`,
      zh: `LOG_LEVEL 为“${level}”：请使用 ${LEVELS.join('、')} 之一`,
    })
  const logger = stream ? pino({ level }, stream) : pino({ level })
  return ({ level: one, message, ...fields }) => {
    const plain = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, describe(value)]))
    logger[one](plain, message)
  }
}
