import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { view } from '../store/store.js'

/** A banner for a lost connection between page and simulator. */
export const LinkBanner = (): JSX.Element => (
  <div class="link-banner" role="status" hidden={view.link.value !== 'lost'}>
    {view.link.value === 'lost' ? t('link.lost') : ''}
  </div>
)
