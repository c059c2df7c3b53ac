import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { view } from '../store/store.js'
import { CopyButton } from './copy-button.js'

const Value = ({ name, value }: { name: string; value: string }): JSX.Element => (
  <div class="value">
    <dt>{name}</dt>
    <dd>
      <code>{value}</code>
      <CopyButton label={t('copy.copy', { name })} value={value} />
    </dd>
  </div>
)

/** The values that a newcomer needs to connect the first bot. */
export const Welcome = (): JSX.Element | null => {
  const bot = view.bot.value
  if (bot === null) return null
  return (
    <section class="welcome" aria-labelledby="welcome-title">
      <img src="/_sim/favicon.svg" alt="" width="56" height="56" />
      <h3 id="welcome-title">{t('welcome.title')}</h3>
      <p>{t('welcome.text')}</p>
      <dl>
        <Value name={t('welcome.appId')} value={bot.appId} />
        {bot.secret === null ? (
          <div class="value">
            <dt>{t('welcome.secret')}</dt>
            <dd class="own-secret">{t('welcome.ownSecret')}</dd>
          </div>
        ) : (
          <Value name={t('welcome.secret')} value={bot.secret} />
        )}
        <Value name={t('welcome.baseUrl')} value={bot.baseUrl} />
        <Value name={t('welcome.tokenUrl')} value={bot.tokenUrl} />
      </dl>
      {bot.secret === null ? null : <p class="fine">{t('welcome.testSecret')}</p>}
    </section>
  )
}
