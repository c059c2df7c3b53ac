/** 32 bits of a text (FNV-1a), the high ones folded into the low ones, which choose a slot of a table. */
export const hashOf = (text: string): number => {
  let hash = 0
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93)
  return hash ^ (hash >>> 15)
}
