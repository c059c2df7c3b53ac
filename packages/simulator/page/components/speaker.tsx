import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import type { PageRoom } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { speakerOf } from '../store/select.js'
import { send } from '../store/send.js'
import { dispatch, view } from '../store/store.js'
import { Icon } from './icon.js'

/** Chooses the speaker in a room of several people, and adds people. */
export const Speaker = ({ room }: { room: PageRoom }): JSX.Element | null => {
  const adding = useSignal(false)
  const name = useSignal('')
  if (room.scene === 'c2c' || room.scene === 'dm') return null

  const add = async (event: Event): Promise<void> => {
    event.preventDefault()
    const person = name.value.trim()
    if (
      person === '' ||
      !(await send('rooms', { bot: room.bot, scene: room.scene, room: room.name, person }))
    )
      return
    dispatch({ type: 'speaker', room: room.id, person })
    adding.value = false
    name.value = ''
  }

  if (adding.value || room.people.length === 0) {
    return (
      <form class="speaker" onSubmit={(event) => void add(event)}>
        <input
          aria-label={t('chat.personName')}
          placeholder={t('chat.personName')}
          maxLength={40}
          autocomplete="off"
          value={name.value}
          ref={(input) => {
            if (adding.value) input?.focus()
          }}
          onInput={(event) => {
            name.value = event.currentTarget.value
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') adding.value = false
          }}
        />
        <button type="submit" class="quiet icon-only" aria-label={t('chat.addPerson')}>
          <Icon name="check" />
        </button>
      </form>
    )
  }
  return (
    <div class="speaker">
      <label>
        <span>{t('chat.speakAs')}</span>
        <select
          value={speakerOf({ speakers: view.speakers.value }, room)}
          onChange={(event) =>
            dispatch({ type: 'speaker', room: room.id, person: event.currentTarget.value })
          }
        >
          {room.people.map((person) => (
            <option key={person} value={person}>
              {person}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="quiet icon-only"
        aria-label={t('chat.addPerson')}
        title={t('chat.addPerson')}
        onClick={() => {
          adding.value = true
        }}
      >
        <Icon name="plus" />
      </button>
    </div>
  )
}
