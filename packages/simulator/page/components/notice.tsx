import { useEffect } from 'preact/hooks'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { dispatch, view } from '../store/store.js'
import { Icon } from './icon.js'

/** Time for which a refusal is shown, in ms. */
const STAYS = 8000

/** The refusal of an input, in the language of the page. */
export const Notice = (): JSX.Element => {
  const notice = view.notice.value
  useEffect(() => {
    if (notice === null) return undefined
    const timer = setTimeout(() => dispatch({ type: 'notice', notice: null }), STAYS)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div class="notice" role="alert" hidden={notice === null}>
      <span>{view.language.value === 'zh' ? notice?.zh : notice?.message}</span>
      <button
        type="button"
        class="quiet icon-only"
        aria-label={t('notice.close')}
        onClick={() => dispatch({ type: 'notice', notice: null })}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}
