/** Longer than any mention. */
const LONGEST = 500
const TAGS = ['<@', '<qqbot-']

/** Position of an incomplete tag at the end of a text; the length of the text if there is none. */
export const openTagAt = (text: string): number => {
  const from = text.lastIndexOf('<')
  if (from === -1 || text.length - from > LONGEST || text.includes('>', from)) return text.length
  const tail = text.slice(from)
  return TAGS.some((tag) => tail.startsWith(tag) || tag.startsWith(tail)) ? from : text.length
}
