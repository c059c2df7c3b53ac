import { abortable } from '@qqkit/core/internal'
import { uploadHardBytes } from '@qqkit/protocol'

import { checkSize, memoryContent, type Content } from './content.js'
import { openFile } from './file-content.js'
import type { Holder } from './read-source.js'
import { spool } from './spool.js'

/** How content is opened. */
export interface OpenOptions {
  /** Bytes of a stream that are kept in memory. */
  readonly inMemory: number
  readonly signal: AbortSignal
}

const open = async (holder: Holder, { inMemory, signal }: OpenOptions): Promise<Content> => {
  const { name } = holder
  if (holder.kind === 'path') return openFile(holder.path, name)
  if (holder.kind === 'data') {
    checkSize('source.data', holder.data.byteLength)
    return memoryContent(holder.data, name)
  }
  const { stream, size } = holder
  return spool(stream, { name, path: 'source.stream', size, inMemory, limit: uploadHardBytes, signal })
}

/**
 * Opens what a source holds. The caller closes it.
 *
 * @throws MediaError; `signal.reason` on abort, at once
 */
export const openSource = async (holder: Holder, options: OpenOptions): Promise<Content> => {
  options.signal.throwIfAborted()
  const opening = open(holder, options)
  try {
    return await abortable(opening, options.signal)
  } catch (error) {
    // A disk that does not answer holds nobody up; what it gives later is let go of.
    opening.then((content) => content.close()).catch(() => {})
    throw error
  }
}
