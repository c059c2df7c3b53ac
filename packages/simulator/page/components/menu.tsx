import type { ComponentChildren, JSX } from 'preact'
import { useRef } from 'preact/hooks'

import { Icon, type IconName } from './icon.js'

/** A small menu behind an icon; Escape, a choice and a click elsewhere close it. */
export const Menu = ({
  label,
  icon,
  children,
}: {
  label: string
  icon: IconName
  children: (close: () => void) => ComponentChildren
}): JSX.Element => {
  const menu = useRef<HTMLDetailsElement>(null)
  const summary = useRef<HTMLElement>(null)
  const close = (): void => {
    if (menu.current) menu.current.open = false
  }
  return (
    <details
      class="menu"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        close()
        summary.current?.focus()
      }}
      onFocusOut={({ relatedTarget }) => {
        // Without a target a file is being chosen, or the window lost the focus.
        if (relatedTarget instanceof Node && !menu.current?.contains(relatedTarget)) close()
      }}
    >
      <summary ref={summary} aria-label={label} title={label}>
        <Icon name={icon} />
      </summary>
      <div class="menu-list">{children(close)}</div>
    </details>
  )
}
