import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { isOwn, safeImage } from '../markdown/urls.js'
import { Icon } from './icon.js'

interface PictureProps {
  readonly address: string
  readonly alt?: string
  readonly width?: number | undefined
  readonly height?: number | undefined
}

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address)

/**
 * A picture. The page asks no other server by itself: a picture from elsewhere is loaded when the person wants it. One
 * that cannot be loaded shows its address.
 */
export const Picture = ({ address, alt, width, height }: PictureProps): JSX.Element => {
  const failed = useSignal(false)
  const wanted = useSignal(false)
  const src = safeImage(address)
  if (src === null || failed.value) {
    return (
      <span class="other">
        <Icon name="image" /> {t('chat.imageFailed')}:{' '}
        <code>{Array.from(address).slice(0, 200).join('')}</code>
      </span>
    )
  }
  if (!isOwn(src) && !wanted.value) {
    return (
      <button
        type="button"
        class="elsewhere"
        title={src}
        onClick={() => {
          wanted.value = true
        }}
      >
        <Icon name="image" />
        <span>{t('chat.load', { host: hostOf(src) })}</span>
      </button>
    )
  }
  return (
    <img
      class="chat-image"
      src={src}
      alt={alt || t('chat.image')}
      width={width}
      height={height}
      onError={() => {
        failed.value = true
      }}
    />
  )
}
