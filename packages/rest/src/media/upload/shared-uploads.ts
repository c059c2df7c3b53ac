import { SingleFlight } from '@qqkit/core/internal'

import { ProgressTracker } from './progress.js'
import type { UploadCallOptions } from './upload-calls.js'
import type { UploadDeadline } from './upload-deadline.js'

/** What shared work goes by: until the last of those who wait for it has left. */
export interface SharedUploadRun extends UploadCallOptions {
  readonly progress: ProgressTracker
  /** It begins anew, in a way that takes `ms` from now on, and what its size needs. */
  restart(ms: number, size: number): void
}

class SharedUpload<T> {
  readonly single = new SingleFlight<T>()
  readonly progress = new ProgressTracker()
  readonly waiters = new Set<UploadDeadline>()

  get deadlineAt(): number {
    return Math.max(0, ...Array.from(this.waiters, ({ deadlineAt }) => deadlineAt))
  }
}

/** Joins equal uploads that are under way at the same time. */
export class SharedUploads<T> {
  readonly #uploads = new Map<string, SharedUpload<T>>()

  /**
   * Joins the upload under this key, or starts it.
   *
   * @throws `signal.reason` of this one's terms, or what the work throws
   */
  async run(
    key: string,
    deadline: UploadDeadline,
    progress: ProgressTracker,
    work: (run: SharedUploadRun) => Promise<T>,
  ): Promise<T> {
    const shared = this.#uploads.get(key) ?? new SharedUpload<T>()
    this.#uploads.set(key, shared)
    shared.waiters.add(deadline)
    const leave = shared.progress.follow(({ sent, total }) => progress.advance(sent, total))
    const start = (signal: AbortSignal): Promise<T> =>
      work({
        signal,
        progress: shared.progress,
        get deadlineAt() {
          return shared.deadlineAt
        },
        restart: (ms, size) => {
          for (const waiter of shared.waiters) waiter.begin(ms, size)
        },
      })
    try {
      return await shared.single.run(start, deadline.signal)
    } finally {
      leave()
      shared.waiters.delete(deadline)
      if (shared.waiters.size === 0 && this.#uploads.get(key) === shared) this.#uploads.delete(key)
    }
  }
}
