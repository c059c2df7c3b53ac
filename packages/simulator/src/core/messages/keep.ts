import { putBounded } from '../kernel/bounded-map.js'
import { jsonSize } from '../kernel/log-size.js'
import type { MessagesWorld, StoredMessage } from './state.js'

const forget = (world: MessagesWorld, message: StoredMessage | undefined): void => {
  if (!message) return
  world.messages.delete(message.id)
  world.messageSize -= message.size
}

/** Evicts several at once: repeated deletion of the first entry leaves holes that make a `Map` slow to iterate. */
const evictOldest = (world: MessagesWorld, kept: StoredMessage): void => {
  const { memory, memorySize } = world.settings
  const [most, mostSize] = [memory - (memory >> 3), memorySize - memorySize / 8]
  for (const oldest of world.messages.values()) {
    if (world.messages.size <= most && world.messageSize <= mostSize) return
    if (oldest !== kept) forget(world, oldest)
  }
}

/** Stores a message, in place of an older one with its id. The oldest are evicted, by number and size. */
export const keepMessage = (world: MessagesWorld, message: Omit<StoredMessage, 'size'>): StoredMessage => {
  const { memory, memorySize } = world.settings
  const kept = { ...message, size: message.content.length + jsonSize(message.payload) }
  forget(world, world.messages.get(message.id))
  world.messages.set(message.id, kept)
  world.messageSize += kept.size
  if (world.messages.size > memory || world.messageSize > memorySize) evictOldest(world, kept)
  return kept
}

/** Stores a value of up to `most` characters in a map that stays within the memory for messages. */
export const keepWithin = <V>(
  world: MessagesWorld,
  map: Map<string, V>,
  key: string,
  value: V,
  most: number,
): void => {
  const { memory, memorySize } = world.settings
  putBounded(map, key, value, Math.max(1, Math.min(memory, Math.floor(memorySize / most))))
}
