import { abortable } from '@qqkit/core/internal'

import { InvalidRequestError } from '../errors/invalid-request-error.js'

/** Writes text by itself, until `signal` aborts: then nothing more is of use. A generator function is as good. */
export type TextWriter = (write: (text: string) => void, signal: AbortSignal) => unknown

/** Where text comes from, piece by piece. */
export type TextSource<T = string> = AsyncIterable<T> | Iterable<T> | TextWriter

/** Finds the text in a piece; what has none, such as a last piece that counts tokens, is passed over. */
export type TextOf<T> = (piece: T) => string | null | undefined

/** Where text goes, piece by piece. */
export interface TextSink<R> {
  write(text: string): void
  end(): Promise<R>
  /** Aborts when what is written is of no use any more. */
  readonly stopped: AbortSignal
}

type Pieces<T> = AsyncIterator<T> | Iterator<T>

const ignore = (): void => {}

const iteratorOf = <T>(source: unknown): Pieces<T> | null => {
  if (typeof source !== 'object' || source === null) return null
  if (Symbol.asyncIterator in source) return (source as AsyncIterable<T>)[Symbol.asyncIterator]()
  return Symbol.iterator in source ? (source as Iterable<T>)[Symbol.iterator]() : null
}

/** Lets go of a source that is left early. It may hang in what it waits for: nobody waits with it. */
const letGo = <T>(iterator: Pieces<T>): void => {
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

/** Whoever writes JavaScript gives what is no text, e.g. the promise of an `async` function: nobody is to read that. */
const written = (text: unknown): string => {
  if (text === null || text === undefined) return ''
  if (typeof text === 'string') return text
  throw new InvalidRequestError({
    path: 'text',
    hint: 'write strings; where a function finds the text, it has to give it at once',
    received: text,
  })
}

const writeAll = async <T, R>(iterator: Pieces<T>, sink: TextSink<R>, textOf: TextOf<T>): Promise<void> => {
  let exhausted = false
  try {
    for (;;) {
      const { done, value } = await abortable(Promise.resolve(iterator.next()), sink.stopped)
      exhausted = done === true
      if (done === true) return
      sink.write(written(textOf(value)))
    }
  } finally {
    if (!exhausted) letGo(iterator)
  }
}

const writeFrom = async <T, R>(
  source: TextSource<T>,
  sink: TextSink<R>,
  textOf: TextOf<T>,
): Promise<void> => {
  const given =
    typeof source === 'function'
      ? source((text) => sink.write(written(text)), sink.stopped)
      : (source as unknown)
  const iterator = iteratorOf<T>(given)
  if (iterator) return writeAll(iterator, sink, textOf)
  if (typeof source === 'function') {
    await abortable(Promise.resolve(given), sink.stopped)
    return
  }
  throw new InvalidRequestError({
    path: 'source',
    hint: 'give an async iterable of strings, or a function that writes them',
    received: source,
  })
}

/**
 * Writes everything that a source yields, and ends, also when the source throws.
 *
 * @throws what the source throws; what writing and ending throw
 */
export const pipeText = async <T, R>(
  source: TextSource<T>,
  sink: TextSink<R>,
  textOf: TextOf<T> = asText,
): Promise<R> => {
  try {
    await writeFrom(source, sink, textOf)
  } catch (error) {
    // Where the sink itself has stopped, its own end tells why.
    if (!sink.stopped.aborted) {
      await sink.end().catch(ignore)
      throw error
    }
  }
  return sink.end()
}
