import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { Icon } from './icon.js'
import type { End } from './stick-to-end.js'

/** The way back to the newest line of a box that was scrolled up. */
export const JumpToEnd = ({ end }: { end: End }): JSX.Element | null =>
  end.inView.value ? null : (
    <button type="button" class="jump" onClick={end.jump}>
      <Icon name="down" />
      {t('chat.jump')}
    </button>
  )
