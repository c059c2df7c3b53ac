import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { view } from '../store/store.js'

/** Says so when the page itself lost the simulator. */
export const LinkBanner = (): JSX.Element => (
  <div class="link-banner" role="status" hidden={view.link.value !== 'lost'}>
    {view.link.value === 'lost' ? t('link.lost') : ''}
  </div>
)
