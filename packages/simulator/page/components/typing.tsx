import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { typing } from '../store/store.js'
import { Icon } from './icon.js'

/** The bot is typing in this conversation: no message, but a state that ends by itself. */
export const Typing = ({ room }: { room: string }): JSX.Element | null => {
  const notice = typing.value.find((each) => each.room === room)
  return notice === undefined ? null : (
    <div class="bubble-row typing" data-from="bot">
      <span class="avatar" data-scene="bot" aria-hidden="true">
        <Icon name="bolt" />
      </span>
      <p class="bubble">
        <span class="unseen">{t('chat.typing')}</span>
        <i aria-hidden="true" />
        <i aria-hidden="true" />
        <i aria-hidden="true" />
      </p>
    </div>
  )
}
