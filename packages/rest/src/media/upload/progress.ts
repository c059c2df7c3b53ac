import type { Media, MediaScene } from '../media.js'

/** Progress of an upload. It never decreases. */
export interface UploadProgress {
  /** Sent bytes. */
  readonly sent: number
  /** Size of the file in bytes; `null` if the platform downloads it. */
  readonly total: number | null
  /** 0 to 100; 100 is reported once, when the file can be used in a message. */
  readonly percent: number
}

/** Called with the progress. */
export type ProgressListener = (progress: UploadProgress) => void

const ALMOST = 99
const ALL = 100

/** Errors of a listener are ignored: a broken progress bar must not break an upload. */
const tell = (listener: ProgressListener, progress: UploadProgress): void => {
  try {
    listener(progress)
  } catch {
    // Ignored, see above.
  }
}

/** Reports the progress of an upload to listeners, at each percent. */
export class ProgressTracker {
  readonly #listeners = new Set<ProgressListener>()
  #last: UploadProgress = { sent: 0, total: null, percent: -1 }

  /** Adds a listener, and calls it with the current progress. Returns a function that removes it. */
  follow(listener: ProgressListener): () => void {
    this.#listeners.add(listener)
    if (this.#last.percent >= 0) tell(listener, this.#last)
    return () => this.#listeners.delete(listener)
  }

  /** Reports sent bytes; a smaller number than before is ignored. */
  advance(sent: number, total: number | null): void {
    const most = Math.max(sent, this.#last.sent)
    const share = total === null ? 0 : Math.floor((most / total) * ALL)
    this.#tell({ sent: most, total, percent: Math.min(share, ALMOST) })
  }

  /** Reports that the upload is complete. */
  finish(total: number | null): void {
    this.#tell({ sent: total ?? this.#last.sent, total, percent: ALL })
  }

  #tell(progress: UploadProgress): void {
    if (progress.percent <= this.#last.percent) return
    this.#last = progress
    for (const listener of this.#listeners) tell(listener, progress)
  }
}

/**
 * A running upload: await it for the file, or iterate it for its progress, or both. Leaving the iteration does not stop
 * the upload; its `signal` does.
 *
 * @example
 * const upload = rest.media.upload(target, { path: 'film.mp4' })
 * for await (const { percent } of upload) console.log(`${percent} %`)
 * const { fileInfo } = await upload
 */
export type Uploading<S extends MediaScene = MediaScene> = Promise<Media<S>> & AsyncIterable<UploadProgress>

/** Yields the latest progress; ends or throws with the upload. */
async function* iterate(progress: ProgressTracker, upload: Promise<unknown>): AsyncGenerator<UploadProgress> {
  let latest: UploadProgress | null = null
  let shown: UploadProgress | null = null
  let over = false
  let wake = (): void => {}
  const leave = progress.follow((state) => {
    latest = state
    wake()
  })
  const end = (): void => {
    over = true
    wake()
  }
  upload.then(end, end)
  try {
    for (;;) {
      if (latest !== shown) {
        shown = latest
        if (shown) yield shown
      } else if (over) {
        await upload
        return
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    leave()
  }
}

/** Starts an upload. */
export const startUpload = <S extends MediaScene>(
  listener: ProgressListener | undefined,
  work: (progress: ProgressTracker) => Promise<Media<S>>,
): Uploading<S> => {
  const progress = new ProgressTracker()
  if (listener) progress.follow(listener)
  const upload = work(progress)
  return Object.assign(upload, { [Symbol.asyncIterator]: () => iterate(progress, upload) })
}
