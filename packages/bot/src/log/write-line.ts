import type { Writable } from 'node:stream'

const ignore = (): void => {}

/**
 * Writes to a stream whose other end may be gone, as stderr's is when a pipe was closed: a log that nobody reads must not end
 * the process.
 */
export const writeLine =
  (stream: Writable) =>
  (line: string): void => {
    stream.write(line, (error) => {
      // Told before the event, which ends the process where nobody listens.
      if (error && stream.listenerCount('error') === 0) stream.once('error', ignore)
    })
  }
