import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import type { Pane } from '../store/state.js'
import { dispatch, roomList, view } from '../store/store.js'
import { Icon, type IconName } from './icon.js'

const panes: readonly { readonly pane: Pane; readonly icon: IconName }[] = [
  { pane: 'rooms', icon: 'group' },
  { pane: 'chat', icon: 'chat' },
  { pane: 'side', icon: 'wire' },
]

/** The bar at the bottom of a narrow screen. */
export const PaneTabs = (): JSX.Element => {
  const anyUnread = roomList.value.some(({ unread }) => unread > 0)
  return (
    <nav class="pane-tabs" aria-label={t('pane.label')}>
      {panes.map(({ pane, icon }) => (
        <button
          key={pane}
          type="button"
          aria-current={view.pane.value === pane ? 'page' : undefined}
          onClick={() => dispatch({ type: 'pane', pane })}
        >
          <Icon name={icon} />
          {t(`pane.${pane}`)}
          {pane === 'rooms' && anyUnread ? <span class="dot" aria-hidden="true" /> : null}
        </button>
      ))}
    </nav>
  )
}
