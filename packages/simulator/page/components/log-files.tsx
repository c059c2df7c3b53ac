import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'

import { t } from '../i18n/translate.js'
import { openPast } from '../store/send.js'
import { Menu } from './menu.js'

const forms = ['json', 'har'] as const

/** Saves the log as a file, opens one, and looks back at the whole log. */
export const LogFiles = (): JSX.Element => {
  const contents = useSignal(true)
  const input = useRef<HTMLInputElement>(null)
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
          <label class="check">
            <input
              type="checkbox"
              checked={contents.value}
              onChange={(event) => {
                contents.value = event.currentTarget.checked
              }}
            />
            {t('feed.contents')}
          </label>
          <hr />
          <button type="button" class="quiet" onClick={() => input.current?.click()}>
            {t('feed.open')}
          </button>
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
          <input
            ref={input}
            type="file"
            accept=".json,.har"
            hidden
            aria-label={t('feed.open')}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? []
              event.currentTarget.value = ''
              close()
              if (file) void openPast(file)
            }}
          />
        </>
      )}
    </Menu>
  )
}
