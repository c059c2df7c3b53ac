import { useSignal, type ReadonlySignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Distance from the end that still counts as the end, in px. */
const NEAR = 48

/** A scrolling box that follows its end. */
export interface End {
  /** Whether the end is in view. */
  readonly inView: ReadonlySignal<boolean>
  /** Scrolls to the end, and follows it again. */
  readonly jump: () => void
}

/**
 * Keeps a scrolling box at its end, unless the reader scrolled up. Content may grow at any time after it was drawn:
 * pictures load, fonts arrive, streamed texts and video players get their sizes.
 *
 * @param box the scrolling element, whose first child holds all content and is never replaced
 * @param place changes when the box shows something else, which starts at the end again
 */
export const useStickToEnd = (box: RefObject<HTMLElement | null>, place: unknown): End => {
  const inView = useSignal(true)
  const follow = useRef(() => {})
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    let following = true
    let top = 0
    const toEnd = (): void => {
      if (following) element.scrollTop = element.scrollHeight
    }
    const onScroll = (): void => {
      const gap = element.scrollHeight - element.scrollTop - element.clientHeight
      // Only a reader scrolls up. A position that stayed while the content grew is no reason to stop following.
      if (gap < NEAR) following = true
      else if (element.scrollTop < top) following = false
      top = element.scrollTop
      inView.value = following
      toEnd()
    }
    follow.current = () => {
      following = true
      inView.value = true
      toEnd()
    }
    follow.current()
    const sizes = new ResizeObserver(toEnd)
    sizes.observe(element)
    if (element.firstElementChild) sizes.observe(element.firstElementChild)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [box, inView, place])
  return { inView, jump: () => follow.current() }
}
