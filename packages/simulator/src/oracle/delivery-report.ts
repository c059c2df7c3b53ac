/** A comparison of handled events with published ones. */
export interface DeliveryReport {
  /** Published, but never handled. */
  readonly lost: readonly string[]
  /** Handled more than once. */
  readonly doubled: readonly string[]
  /** Handled after a later event of the same conversation. */
  readonly reordered: readonly string[]
  /** Handled, but never published. */
  readonly invented: readonly string[]
}

/** A published event, and the conversation in which its order matters. */
export interface PublishedEvent {
  readonly id: string
  readonly conversation: string
}

/** Compares ids in the order of publishing with ids in the order of handling. */
export const compare = (published: readonly PublishedEvent[], handled: readonly string[]): DeliveryReport => {
  const order = new Map(published.map(({ id, conversation }, index) => [id, { index, conversation }]))
  const seen = new Map<string, number>()
  const furthest = new Map<string, number>()
  const reordered = new Set<string>()
  for (const id of handled) {
    const times = (seen.get(id) ?? 0) + 1
    seen.set(id, times)
    const place = order.get(id)
    if (!place || times > 1) continue
    const before = furthest.get(place.conversation) ?? -1
    if (place.index < before) reordered.add(id)
    furthest.set(place.conversation, Math.max(before, place.index))
  }
  return {
    lost: published.filter(({ id }) => !seen.has(id)).map(({ id }) => id),
    doubled: [...seen].filter(([, times]) => times > 1).map(([id]) => id),
    reordered: [...reordered],
    invented: [...seen.keys()].filter((id) => !order.has(id)),
  }
}
