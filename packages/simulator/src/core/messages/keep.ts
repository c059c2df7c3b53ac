import { putBounded } from '../bounded-map.js'
import { jsonSize } from '../log-size.js'
import type { StoredMessage, World } from '../world.js'

const forget = (world: World, message: StoredMessage | undefined): void => {
  if (!message) return
  world.messages.delete(message.id)
  world.counters.messageSize -= message.size
}

/** Remembers a message, in place of an older one of its id. The oldest make room, by number and by size. */
export const keepMessage = (world: World, message: Omit<StoredMessage, 'size'>): StoredMessage => {
  const { memory, memorySize } = world.settings
  const kept = { ...message, size: message.content.length + jsonSize(message.payload) }
  forget(world, world.messages.get(message.id))
  world.messages.set(message.id, kept)
  world.counters.messageSize += kept.size
  for (const oldest of world.messages.values()) {
    const fits = world.messages.size <= memory && world.counters.messageSize <= memorySize
    if (fits || oldest === kept) break
    forget(world, oldest)
  }
  return kept
}

/** Remembers something that can hold as much as `most` characters, in a map that stays within the memory for messages. */
export const keepWithin = <V>(
  world: World,
  map: Map<string, V>,
  key: string,
  value: V,
  most: number,
): void => {
  const { memory, memorySize } = world.settings
  putBounded(map, key, value, Math.max(1, Math.min(memory, Math.floor(memorySize / most))))
}
