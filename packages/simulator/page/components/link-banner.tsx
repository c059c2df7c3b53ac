import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { state } from '../store/store.js'

/** Says so when the page itself lost the simulator. */
export const LinkBanner = (): JSX.Element => (
  <div class="link-banner" role="status" hidden={state.value.link !== 'lost'}>
    {state.value.link === 'lost' ? t('link.lost') : ''}
  </div>
)
