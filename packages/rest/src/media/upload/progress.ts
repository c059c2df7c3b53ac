import type { Media, MediaScene } from '../media.js'

/** How far an upload is. Never goes back. */
export interface UploadProgress {
  /** Bytes that have left. */
  readonly sent: number
  /** Bytes of the file; `null` where the platform downloads it itself. */
  readonly total: number | null
  /** 0 to 100; 100 comes once, when the file can be sent in a message. */
  readonly percent: number
}

/** Hears of progress. */
export type ProgressListener = (progress: UploadProgress) => void

const ALMOST = 99
const ALL = 100

/** What a listener throws is its own business: a broken progress bar must not break an upload. */
const tell = (listener: ProgressListener, progress: UploadProgress): void => {
  try {
    listener(progress)
  } catch {
    // There is no one to tell.
  }
}

/** Tells those who follow it how far an upload is, whenever a percent is done. */
export class ProgressTracker {
  readonly #listeners = new Set<ProgressListener>()
  #last: UploadProgress = { sent: 0, total: null, percent: -1 }

  /** Hears of what is known now, and of everything after. Returns how to stop it. */
  follow(listener: ProgressListener): () => void {
    this.#listeners.add(listener)
    if (this.#last.percent >= 0) tell(listener, this.#last)
    return () => this.#listeners.delete(listener)
  }

  /** Bytes that have left; fewer than before are no news. */
  advance(sent: number, total: number | null): void {
    const most = Math.max(sent, this.#last.sent)
    const share = total === null ? 0 : Math.floor((most / total) * ALL)
    this.#tell({ sent: most, total, percent: Math.min(share, ALMOST) })
  }

  /** The file can be sent. */
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
 * An upload under way: await it for the file, or iterate it for its progress, or both. Leaving the iteration leaves the
 * upload going; its `signal` ends it.
 */
export type Uploading<S extends MediaScene = MediaScene> = Promise<Media<S>> & AsyncIterable<UploadProgress>

/** Each state once, the latest one when the reader is slow; ends, or throws, with the upload. */
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
