import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Distance from the end that still counts as the end, in px. */
const NEAR = 48

/**
 * Keeps a scrolling box at its end while new content arrives, unless the reader scrolled up.
 *
 * @param box the scrolling element
 * @param content changes with new content
 * @param place changes when the box shows something else, which starts at the end again
 */
export const useStickToEnd = (box: RefObject<HTMLElement | null>, content: unknown, place: unknown): void => {
  const atEnd = useRef(true)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const onScroll = (): void => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR
    }
    const toEnd = (): void => {
      if (atEnd.current) element.scrollTop = element.scrollHeight
    }
    // Images and a resized window move the end too.
    const sizes = new ResizeObserver(toEnd)
    sizes.observe(element)
    if (element.firstElementChild) sizes.observe(element.firstElementChild)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [box, place])
  useLayoutEffect(() => {
    atEnd.current = true
  }, [place])
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight
  }, [box, content, place])
}
