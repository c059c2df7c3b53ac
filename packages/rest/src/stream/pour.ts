import { abortable } from '@qqkit/core'

import { InvalidRequestError } from '../errors/invalid-request-error.js'
import type { MessageStream } from './message-stream.js'
import type { StreamResult } from './stream-result.js'

/** Where text comes from, piece by piece. */
export type TextSource<T = string> = AsyncIterable<T> | Iterable<T>

/** Finds the text in a piece; what has none, such as a last piece that counts tokens, is passed over. */
export type TextOf<T> = (piece: T) => string | null | undefined

const ignore = (): void => {}

const iteratorOf = <T>(source: TextSource<T>): AsyncIterator<T> | Iterator<T> => {
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]()
    if (Symbol.iterator in source) return source[Symbol.iterator]()
  }
  throw new InvalidRequestError({
    path: 'source',
    hint: 'give an async iterable of strings',
    received: source,
  })
}

/** Lets go of a source that is left early. It may hang in what it waits for: nobody waits with it. */
const letGo = <T>(iterator: AsyncIterator<T> | Iterator<T>): void => {
  try {
    void Promise.resolve(iterator.return?.()).catch(ignore)
  } catch {
    // It is left all the same.
  }
}

const asText = (piece: unknown): string | null | undefined => {
  if (typeof piece === 'string') return piece
  throw new InvalidRequestError({
    path: 'source',
    hint: 'must yield strings; say with the option `text` where the text is in what it yields',
    received: piece,
  })
}

const writeAll = async <T>(
  source: TextSource<T>,
  stream: MessageStream,
  textOf: TextOf<T>,
): Promise<void> => {
  const iterator = iteratorOf(source)
  let exhausted = false
  try {
    for (;;) {
      const { done, value } = await abortable(Promise.resolve(iterator.next()), stream.stopped)
      exhausted = done === true
      if (done === true) return
      stream.write(textOf(value) ?? '')
    }
  } finally {
    if (!exhausted) letGo(iterator)
  }
}

/**
 * Writes everything that a source yields, and ends the message, also when the source throws.
 *
 * @throws what the source throws; StreamError; `signal.reason` on abort
 */
export const pour = async <T>(
  source: TextSource<T>,
  stream: MessageStream,
  textOf: TextOf<T> = asText,
): Promise<StreamResult> => {
  try {
    await writeAll(source, stream, textOf)
  } catch (error) {
    // Where the stream itself has stopped, its own end tells why.
    if (!stream.stopped.aborted) {
      await stream.end().catch(ignore)
      throw error
    }
  }
  return stream.end()
}
