/** Puts an entry into a map and evicts the oldest entries beyond `limit`. */
export const putBounded = <K, V>(map: Map<K, V>, key: K, value: V, limit: number): void => {
  map.delete(key)
  map.set(key, value)
  if (map.size <= limit) return
  // Evicts several at once: repeated deletion of the first entry leaves holes that make a `Map` slow to iterate.
  let surplus = map.size - limit + (limit >> 3)
  for (const oldest of map.keys()) {
    if (surplus-- <= 0) return
    map.delete(oldest)
  }
}
