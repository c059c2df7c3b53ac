import { useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { state } from '../store/store.js'
import { Chat } from './chat.js'
import { LinkBanner } from './link-banner.js'
import { Notice } from './notice.js'
import { PaneTabs } from './pane-tabs.js'
import { Rooms } from './rooms.js'
import { Side } from './side.js'
import { TopBar } from './top-bar.js'

/** The page: conversations, chat, wire. A narrow screen shows one of the three at a time. */
export const App = (): JSX.Element => {
  useSignalEffect(() => {
    document.documentElement.lang = state.value.language === 'zh' ? 'zh-CN' : 'en'
    document.title = t('title')
  })
  return (
    <div class="app" data-pane={state.value.pane}>
      <TopBar />
      <LinkBanner />
      <main class="panes">
        <Rooms />
        <Chat />
        <Side />
      </main>
      <PaneTabs />
      <Notice />
    </div>
  )
}
