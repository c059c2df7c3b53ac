import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import type { PageRoom } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { type ConversationForm, saveConversation } from '../store/send.js'
import { CheckBox } from './check-box.js'
import { Menu } from './menu.js'

const forms: readonly ConversationForm[] = ['json', 'vitest', 'node']

/** Saves the conversation as a recording, or as a test. */
export const SaveChat = ({ room }: { room: PageRoom }): JSX.Element => {
  const contents = useSignal(true)
  return (
    <Menu label={t('save.title')} icon="down">
      {(close) => (
        <>
          {forms.map((form) => (
            <button
              key={form}
              type="button"
              class="quiet"
              disabled={form !== 'json' && !contents.value}
              onClick={() => {
                close()
                void saveConversation(room, form, contents.value)
              }}
            >
              {t(`save.${form}`)}
            </button>
          ))}
          <CheckBox
            label={t('feed.contents')}
            checked={contents.value}
            onChange={(checked) => {
              contents.value = checked
            }}
          />
          {contents.value ? null : <p class="fine">{t('save.needsContents')}</p>}
        </>
      )}
    </Menu>
  )
}
