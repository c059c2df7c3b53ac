import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import type { PageAct } from '../../src/page/contract/inputs.js'
import type { PageRoom } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { speakerOf } from '../store/select.js'
import { send } from '../store/send.js'
import { place, view } from '../store/store.js'
import { Icon } from './icon.js'

/** The acts that are possible now in a conversation. */
const possible = ({ scene }: PageRoom): readonly PageAct[] => {
  const { present, accepts, hearsAll } = place.value
  if (scene === 'c2c') return [present ? 'unfriend' : 'befriend', accepts ? 'refuse' : 'allow']
  if (scene === 'dm') return []
  const bot = present ? 'remove-bot' : 'invite-bot'
  if (scene === 'channel') return ['member-join', 'member-leave', bot]
  return [
    'member-join',
    'member-leave',
    bot,
    accepts ? 'refuse' : 'allow',
    hearsAll ? 'hear-mentions' : 'hear-all',
  ]
}

/** What can happen between people and the bot, besides messages. */
export const RoomActs = ({ room }: { room: PageRoom }): JSX.Element | null => {
  const open = useSignal(false)
  const person = speakerOf({ speakers: view.speakers.value }, room)
  // Who acts has to be somebody.
  const acts = person === '' ? [] : possible(room)
  if (acts.length === 0) return null
  return (
    <div
      class="room-acts"
      onKeyDown={(event) => {
        if (event.key === 'Escape') open.value = false
      }}
    >
      <button
        type="button"
        class="quiet icon-only"
        aria-label={t('act.more')}
        aria-expanded={open.value}
        title={t('act.more')}
        onClick={() => {
          open.value = !open.value
        }}
      >
        <Icon name="more" />
      </button>
      {open.value ? (
        <div class="acts" role="group" aria-label={t('act.more')}>
          {acts.map((what) => (
            <button
              key={what}
              type="button"
              class="quiet"
              onClick={() => {
                open.value = false
                void send('act', { room: room.id, person, what })
              }}
            >
              {t(`act.${what}`, { person })}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  )
}
