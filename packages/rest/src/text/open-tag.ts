/** Longer than any mention. */
const LONGEST = 500
const TAGS = ['<@', '<qqbot-']

/** Where a tag begins at the end of a text that is not whole yet; the length of the text where none does. */
export const openTagAt = (text: string): number => {
  const from = text.lastIndexOf('<')
  if (from === -1 || text.length - from > LONGEST || text.includes('>', from)) return text.length
  const tail = text.slice(from)
  return TAGS.some((tag) => tail.startsWith(tag) || tag.startsWith(tail)) ? from : text.length
}
