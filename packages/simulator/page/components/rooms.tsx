import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import type { PageMessage, PageScene } from '../../src/page/contract/wire.js'
import { clockTime, t } from '../i18n/translate.js'
import { gistOf, type RoomSummary } from '../store/select.js'
import { dispatch, roomList, typing, view } from '../store/store.js'
import { BotTag } from './bot-tag.js'
import { Icon, type IconName } from './icon.js'
import { NewRoom } from './new-room.js'

export const sceneIcons: Readonly<Record<PageScene, IconName>> = {
  c2c: 'person',
  group: 'group',
  channel: 'hash',
  dm: 'mail',
}

/** A message in one line, or its kind. */
const lineOf = (message: PageMessage): string => {
  if (message.state === 'recalled') return t('chat.recalled')
  const [file] = message.files
  return gistOf(message) || (file ? `[${t(`file.${file.kind}`)}]` : `[${message.other ?? '…'}]`)
}

const RoomRow = ({ room, last, unread }: RoomSummary): JSX.Element => (
  <li>
    <button
      type="button"
      class="room"
      aria-current={view.room.value === room.id ? 'true' : undefined}
      onClick={() => dispatch({ type: 'room', room: room.id })}
    >
      <span class="avatar" data-scene={room.scene}>
        <Icon name={sceneIcons[room.scene]} />
      </span>
      <span class="room-name">{room.name}</span>
      <span class="room-time">{last ? clockTime(last.at) : ''}</span>
      <span class="room-last">
        <BotTag appId={room.bot} short />
        {typing.value.some((each) => each.room === room.id)
          ? t('chat.typing')
          : last
            ? lineOf(last)
            : t(`scene.${room.scene}`)}
      </span>
      {unread > 0 ? (
        <span class="unread" aria-label={t('rooms.unread', { count: unread })}>
          {unread > 99 ? '99+' : unread}
        </span>
      ) : null}
    </button>
  </li>
)

/** The conversations on the left. */
export const Rooms = (): JSX.Element => {
  const adding = useSignal(false)
  return (
    <section class="pane rooms" data-name="rooms" aria-label={t('rooms.title')}>
      <div class="pane-head">
        <h2>{t('rooms.title')}</h2>
        <button
          type="button"
          class="quiet icon-only"
          aria-label={t('rooms.add')}
          aria-expanded={adding.value}
          title={t('rooms.add')}
          onClick={() => {
            adding.value = !adding.value
          }}
        >
          <Icon name={adding.value ? 'close' : 'plus'} />
        </button>
      </div>
      {adding.value ? (
        <NewRoom
          onDone={() => {
            adding.value = false
          }}
        />
      ) : null}
      <ul class="room-list">
        {roomList.value.map((summary) => (
          <RoomRow key={summary.room.id} {...summary} />
        ))}
      </ul>
    </section>
  )
}
