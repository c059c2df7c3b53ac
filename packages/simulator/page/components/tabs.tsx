import type { JSX } from 'preact'

/** Tabs with arrow keys, as screen readers expect them. */
export const Tabs = <Id extends string>({
  label,
  chosen,
  tabs,
  onChoose,
}: {
  label: string
  chosen: Id
  tabs: readonly { readonly id: Id; readonly text: string; readonly count: number }[]
  onChoose: (id: Id) => void
}): JSX.Element => {
  const step = (event: KeyboardEvent, by: number): void => {
    const index = tabs.findIndex(({ id }) => id === chosen)
    const next = tabs[(index + by + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    onChoose(next.id)
    document.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus()
  }
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') step(event, 1)
        if (event.key === 'ArrowLeft') step(event, -1)
      }}
    >
      {tabs.map(({ id, text, count }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-controls={`panel-${id}`}
          aria-selected={id === chosen}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {text}
          {count > 0 ? <span class="count">{count}</span> : null}
        </button>
      ))}
    </div>
  )
}
