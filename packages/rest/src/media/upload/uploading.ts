import type { Media } from '../media.js'
import type { MediaScene } from '../kinds.js'
import { Progress, type ProgressListener, type UploadProgress } from './progress.js'

/**
 * An upload under way: await it for the file, or iterate it for its progress, or both. Leaving the iteration leaves the
 * upload going; its `signal` ends it.
 */
export type Uploading<S extends MediaScene = MediaScene> = Promise<Media<S>> & AsyncIterable<UploadProgress>

/** Each state once, the latest one when the reader is slow; ends, or throws, with the upload. */
async function* iterate(progress: Progress, upload: Promise<unknown>): AsyncGenerator<UploadProgress> {
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
  work: (progress: Progress) => Promise<Media<S>>,
): Uploading<S> => {
  const progress = new Progress()
  if (listener) progress.follow(listener)
  const upload = work(progress)
  return Object.assign(upload, { [Symbol.asyncIterator]: () => iterate(progress, upload) })
}
