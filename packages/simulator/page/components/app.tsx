import { useSignalEffect } from '@preact/signals'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { view } from '../store/store.js'
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
    document.documentElement.lang = view.language.value === 'zh' ? 'zh-CN' : 'en'
    document.title = t('title')
  })
  return (
    <div class="app" data-pane={view.pane.value}>
      <TopBar />
      <LinkBanner />
      <Notice />
      <main class="panes">
        <Rooms />
        <Chat />
        <Side />
      </main>
      <PaneTabs />
    </div>
  )
}
