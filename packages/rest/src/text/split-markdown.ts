import { FENCE_ROOM, openFence } from './open-fence.js'
import { splitText } from './split-text.js'

/** Like {@link splitText}, for markdown: a code block that is cut is closed, and opened again in the next piece. */
export const splitMarkdown = (
  markdown: string,
  limit: number,
  most: number = Infinity,
): readonly string[] => {
  if (markdown.length <= limit) return [markdown]
  let carried = ''
  return splitText(markdown, Math.max(1, limit - FENCE_ROOM), most).map((cut) => {
    const piece = carried + cut
    const fence = openFence(piece)
    carried = fence?.reopen ?? ''
    return piece + (fence?.close ?? '')
  })
}
