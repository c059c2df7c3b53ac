/** Puts an entry into a map that holds `limit` entries at most; the oldest are forgotten. */
export const putBounded = <K, V>(map: Map<K, V>, key: K, value: V, limit: number): void => {
  map.delete(key)
  map.set(key, value)
  if (map.size <= limit) return
  // Several at once: a map that loses its first entry again and again becomes slow to look at.
  let surplus = map.size - limit + (limit >> 3)
  for (const oldest of map.keys()) {
    if (surplus-- <= 0) return
    map.delete(oldest)
  }
}
