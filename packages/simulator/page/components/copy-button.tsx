import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { Icon } from './icon.js'

/** Time for which the tick is shown, in ms. */
const STAYS = 1500

/** Copies a value, and confirms it for a moment. */
export const CopyButton = ({ label, value }: { label: string; value: string }): JSX.Element => {
  const copied = useSignal(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value)
    copied.value = true
    setTimeout(() => {
      copied.value = false
    }, STAYS)
  }
  return (
    <button
      type="button"
      class="quiet icon-only"
      aria-label={copied.value ? t('copy.done') : label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={copied.value ? 'check' : 'copy'} />
    </button>
  )
}
