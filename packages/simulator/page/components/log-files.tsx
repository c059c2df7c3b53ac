import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { openPast } from '../store/send.js'
import { CheckBox } from './check-box.js'
import { FileButton } from './file-button.js'
import { Menu } from './menu.js'

const forms = ['json', 'har'] as const

/** Saves the log as a file, opens one, and looks back at the whole log. */
export const LogFiles = (): JSX.Element => {
  const contents = useSignal(true)
  return (
    <Menu label={t('feed.files')} icon="file">
      {(close) => (
        <>
          {forms.map((form) => (
            <a
              key={form}
              href={`/_sim/log?form=${form}&contents=${contents.value ? 'yes' : 'no'}`}
              download
              onClick={close}
            >
              {t(`feed.save.${form}`)}
            </a>
          ))}
          <CheckBox
            label={t('feed.contents')}
            checked={contents.value}
            onChange={(checked) => {
              contents.value = checked
            }}
          />
          <hr />
          <FileButton
            label={t('feed.open')}
            accept=".json,.har"
            onChosen={([file]) => {
              close()
              if (file) void openPast(file)
            }}
          />
          <button
            type="button"
            class="quiet"
            onClick={() => {
              close()
              void openPast(null)
            }}
          >
            {t('feed.back')}
          </button>
        </>
      )}
    </Menu>
  )
}
