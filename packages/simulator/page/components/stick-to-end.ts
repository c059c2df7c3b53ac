import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Closer to the end than this, px, counts as being there. */
const NEAR = 48

/**
 * Keeps a scrolling box at its end while new content arrives, unless the reader scrolled up.
 *
 * @param box what scrolls
 * @param content changes when there is something new
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
    // Images and a window that changes its size move the end as well.
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
