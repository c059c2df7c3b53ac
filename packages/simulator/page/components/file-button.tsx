import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'

import { Icon, type IconName } from './icon.js'

/** Chooses files, and can choose the same ones again. */
export const FileButton = ({
  label,
  icon,
  accept,
  multiple = false,
  onChosen,
}: {
  label: string
  /** Shown instead of the label. */
  icon?: IconName
  /** Endings, with commas. */
  accept?: string
  multiple?: boolean
  onChosen: (files: readonly File[]) => void
}): JSX.Element => {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={accept}
        multiple={multiple}
        hidden
        aria-label={label}
        onChange={(event) => {
          const chosen = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          onChosen(chosen)
        }}
      />
      <button
        type="button"
        class={icon ? 'quiet icon-only' : 'quiet'}
        aria-label={icon && label}
        title={icon && label}
        onClick={() => input.current?.click()}
      >
        {icon ? <Icon name={icon} /> : label}
      </button>
    </>
  )
}
