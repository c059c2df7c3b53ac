import { abortable } from '@qqkit/core/internal'

import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { type ModelPiece, readPiece } from './model-piece.js'

/** Writes text until `signal` aborts. A generator function works as well. */
export type TextWriter = (write: (text: string) => void, signal: AbortSignal) => unknown

/** A source of text: an iterable of texts or of pieces of a language model, or a function that writes. */
export type TextSource<T = string | ModelPiece> = AsyncIterable<T> | Iterable<T> | TextWriter

/** Returns the text of a piece. Pieces without text, such as token counts, are skipped. */
export type TextOf<T> = (piece: T) => string | null | undefined

/** A destination of text. */
export interface TextSink<R> {
  write(text: string): void
  end(): Promise<R>
  /** Aborts when further text is useless. */
  readonly stopped: AbortSignal
}

type Pieces<T> = AsyncIterator<T> | Iterator<T>

const ignore = (): void => {}

const iteratorOf = <T>(source: unknown): Pieces<T> | null => {
  if (typeof source !== 'object' || source === null) return null
  if (Symbol.asyncIterator in source) return (source as AsyncIterable<T>)[Symbol.asyncIterator]()
  return Symbol.iterator in source ? (source as Iterable<T>)[Symbol.iterator]() : null
}

/** Closes a source that is left early, without waiting for it, because it may hang. */
const closeIterator = <T>(iterator: Pieces<T>): void => {
  try {
    void Promise.resolve(iterator.return?.()).catch(ignore)
  } catch {
    // The source is left anyway.
  }
}

/** How {@link pieceText} reads pieces. */
export interface PieceTextOptions {
  /** The line to write when the model calls a tool, e.g. `(name) => `🔧 ${name}``. Default: none. */
  readonly tool?: ((name: string) => string | null | undefined) | undefined
}

/**
 * Finds the text in texts and pieces of language models, for one stream: errors of the model are thrown, and calls of tools become lines
 * of their own.
 *
 * @throws InvalidRequestError for pieces of another form
 */
export const pieceText = ({ tool }: PieceTextOptions = {}): TextOf<unknown> => {
  let isLineOpen = false
  const written = (text: string): string => {
    if (text !== '') isLineOpen = !text.endsWith('\n')
    return text
  }
  return (piece) => {
    if (typeof piece === 'string') return written(piece)
    const meaning = readPiece(piece)
    if (meaning === null)
      throw new InvalidRequestError({
        path: 'source',
        hint: 'must yield strings; otherwise give the option `text`, which finds the text in each piece',
        received: piece,
      })
    if (meaning.kind === 'error') throw meaning.error
    if (meaning.kind === 'text') return written(meaning.text)
    const line = (meaning.kind === 'tool' && tool?.(meaning.name)) || ''
    return line === '' ? null : written(`${isLineOpen ? '\n' : ''}${line}\n`)
  }
}

/** Refuses values other than text, such as the promise of an `async` function. */
const written = (text: unknown): string => {
  if (text === null || text === undefined) return ''
  if (typeof text === 'string') return text
  throw new InvalidRequestError({
    path: 'text',
    hint: 'write strings; the option `text` must return a string, not a promise',
    received: text,
  })
}

/** What an iterator that is written by hand gives may be none. */
const resultOf = <T>(given: IteratorResult<T> | null | undefined): IteratorResult<T> => {
  if (typeof given === 'object' && given !== null) return given
  throw new InvalidRequestError({
    path: 'source',
    hint: 'its next() must give { done, value }',
    received: given,
  })
}

const writeAll = async <T, R>(iterator: Pieces<T>, sink: TextSink<R>, textOf: TextOf<T>): Promise<void> => {
  let exhausted = false
  try {
    for (;;) {
      const { done, value } = resultOf(await abortable(Promise.resolve(iterator.next()), sink.stopped))
      exhausted = done === true
      if (done === true) return
      sink.write(written(textOf(value)))
    }
  } finally {
    if (!exhausted) closeIterator(iterator)
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
 * Writes the text of a source into a sink, and ends the sink even if the source throws.
 *
 * @example
 * await pipeText(model, rest.openStream(target, { anchor }))
 * @throws errors of the source and of the sink
 */
export const pipeText = async <T, R>(
  source: TextSource<T>,
  sink: TextSink<R>,
  textOf: TextOf<T> = pieceText(),
): Promise<R> => {
  try {
    await writeFrom(source, sink, textOf)
  } catch (error) {
    // If the sink has stopped, `end()` throws the reason.
    if (!sink.stopped.aborted) {
      await sink.end().catch(ignore)
      throw error
    }
  }
  return sink.end()
}
