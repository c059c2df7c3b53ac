import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { send } from '../store/send.js'
import { dispatch, view } from '../store/store.js'
import { BotStatus } from './bot-status.js'
import { Icon } from './icon.js'

/** The title, the state of the bot, and the switches for language and connection. */
export const TopBar = (): JSX.Element => (
  <header class="top-bar">
    <h1 class="brand">
      <img src="/_sim/favicon.svg" alt="" width="24" height="24" />
      <span>
        qqkit <em>{t('title').replace('qqkit ', '')}</em>
      </span>
    </h1>
    <BotStatus />
    <div class="top-actions">
      <button
        type="button"
        class="danger"
        title={t('connection.dropTip')}
        disabled={view.connections.value.length === 0}
        onClick={() => void send('faults', { kind: 'drop', times: 'once', target: 'all', values: {} })}
      >
        <Icon name="cut" />
        <span>{t('connection.drop')}</span>
      </button>
      <button
        type="button"
        class="quiet"
        title={t('language.switch')}
        lang={view.language.value === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => dispatch({ type: 'language', language: view.language.value === 'zh' ? 'en' : 'zh' })}
      >
        {t('language.other')}
      </button>
    </div>
  </header>
)
