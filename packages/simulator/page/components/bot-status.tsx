import type { ComponentChildren, JSX } from 'preact'

import type { PageConnection } from '../../src/page/contract/wire.js'
import { age, t } from '../i18n/translate.js'
import { now, presence, view } from '../store/store.js'
import { BotTag } from './bot-tag.js'

const Fact = ({ name, children }: { name: string; children: ComponentChildren }): JSX.Element => (
  <div class="fact">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const since = (at: number): string => age(now.value - at)

const Connection = ({ connection }: { connection: PageConnection }): JSX.Element => (
  <dl class="connection" data-state={connection.state}>
    {view.bots.value.length > 1 ? (
      <Fact name={t('chat.bot')}>
        {connection.appId === null ? '–' : <BotTag appId={connection.appId} />}
      </Fact>
    ) : null}
    <Fact name={t('connection.shard')}>{connection.shard?.join('/') ?? '–'}</Fact>
    <Fact name={t('connection.session')}>
      {connection.sessionSince === null ? '–' : since(connection.sessionSince)}
    </Fact>
    <Fact name={t('connection.heartbeat')}>
      {connection.lastHeartbeatAt === null
        ? t('connection.none')
        : t('connection.ago', { time: since(connection.lastHeartbeatAt) })}
    </Fact>
    <Fact name={t('connection.seq')}>{connection.seq}</Fact>
  </dl>
)

/** The state of the bot's connections. Screen readers announce changes only, not every second. */
export const BotStatus = (): JSX.Element => (
  <div class="bot-status">
    <p class="presence" data-presence={presence.value} role="status">
      <span class="lamp" aria-hidden="true" />
      {t(`presence.${presence.value}`)}
    </p>
    <div class="connections">
      {view.connections.value.map((connection) => (
        <Connection key={connection.id} connection={connection} />
      ))}
    </div>
  </div>
)
