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
export class Progress {
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
