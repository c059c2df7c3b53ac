import type { FileHandle } from 'node:fs/promises'

/** Reads exactly `length` bytes of a file; `null` when there are fewer. */
export const readFully = async (
  handle: FileHandle,
  from: number,
  length: number,
): Promise<Uint8Array | null> => {
  // A piece of its own each time: whoever sends it may hold it until it has left.
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, from + filled)
    if (bytesRead === 0) return null
    filled += bytesRead
  }
  return bytes
}
