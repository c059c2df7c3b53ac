import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { safeImage } from '../markdown/urls.js'
import { Icon } from './icon.js'

/** An image of the bot, or its address if it cannot be loaded. */
export const ChatImage = ({ address }: { address: string }): JSX.Element => {
  const failed = useSignal(false)
  const src = safeImage(address)
  if (src === null || failed.value) {
    return (
      <p class="other">
        <Icon name="image" /> {t('chat.imageFailed')}:{' '}
        <code>{Array.from(address).slice(0, 200).join('')}</code>
      </p>
    )
  }
  return (
    <img
      class="chat-image"
      src={src}
      alt={t('chat.image')}
      onError={() => {
        failed.value = true
      }}
    />
  )
}
