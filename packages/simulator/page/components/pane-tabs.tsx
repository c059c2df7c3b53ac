import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { unreadOf } from '../store/select.js'
import type { Pane } from '../store/state.js'
import { dispatch, state } from '../store/store.js'
import { Icon, type IconName } from './icon.js'

const panes: readonly { readonly pane: Pane; readonly icon: IconName }[] = [
  { pane: 'rooms', icon: 'group' },
  { pane: 'chat', icon: 'chat' },
  { pane: 'side', icon: 'wire' },
]

/** The bar at the bottom of a narrow screen. */
export const PaneTabs = (): JSX.Element => {
  const unread = state.value.rooms.some((room) => unreadOf(state.value, room.id) > 0)
  return (
    <nav class="pane-tabs" aria-label={t('pane.label')}>
      {panes.map(({ pane, icon }) => (
        <button
          key={pane}
          type="button"
          aria-current={state.value.pane === pane ? 'page' : undefined}
          onClick={() => dispatch({ type: 'pane', pane })}
        >
          <Icon name={icon} />
          {t(`pane.${pane}`)}
          {pane === 'rooms' && unread ? <span class="dot" aria-hidden="true" /> : null}
        </button>
      ))}
    </nav>
  )
}
