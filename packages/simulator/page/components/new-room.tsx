import { useSignal, type Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import type { PageScene } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { send } from '../store/send.js'
import { dispatch, view } from '../store/store.js'

const scenes: readonly PageScene[] = ['c2c', 'group', 'channel', 'dm']
const isAlone = (scene: PageScene): boolean => scene === 'c2c' || scene === 'dm'

const NameField = ({ label, name }: { label: string; name: Signal<string> }): JSX.Element => (
  <label>
    {label}
    <input
      required
      maxLength={40}
      autocomplete="off"
      value={name.value}
      onInput={(event) => {
        name.value = event.currentTarget.value
      }}
    />
  </label>
)

/** The form for a new conversation. In a private chat the conversation is the person. */
export const NewRoom = ({ onDone }: { onDone: () => void }): JSX.Element => {
  const scene = useSignal<PageScene>('c2c')
  const name = useSignal('')
  const person = useSignal('')
  const bot = useSignal(view.bot.value?.appId ?? '')
  const first = useRef<HTMLSelectElement>(null)
  useEffect(() => first.current?.focus(), [])

  const create = async (event: Event): Promise<void> => {
    event.preventDefault()
    const room = name.value.trim()
    const speaker = isAlone(scene.value) ? room : person.value.trim()
    if (room === '' || speaker === '') return
    if (!(await send('rooms', { bot: bot.value, scene: scene.value, room, person: speaker }))) return
    const prefix = bot.value === view.bot.value?.appId ? '' : `${bot.value}:`
    dispatch({ type: 'room', room: `${prefix}${scene.value}:${room}` })
    onDone()
  }

  return (
    <form class="new-room" aria-label={t('rooms.add')} onSubmit={(event) => void create(event)}>
      <label>
        {t('rooms.scene')}
        <select
          ref={first}
          value={scene.value}
          onChange={(event) => {
            scene.value = event.currentTarget.value as PageScene
          }}
        >
          {scenes.map((each) => (
            <option key={each} value={each}>
              {t(`scene.${each}`)}
            </option>
          ))}
        </select>
      </label>
      {view.bots.value.length < 2 ? null : (
        <label>
          {t('chat.bot')}
          <select
            value={bot.value}
            onChange={(event) => {
              bot.value = event.currentTarget.value
            }}
          >
            {view.bots.value.map((each) => (
              <option key={each.appId} value={each.appId}>
                {each.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <NameField label={t('rooms.name')} name={name} />
      {isAlone(scene.value) ? null : <NameField label={t('rooms.person')} name={person} />}
      <div class="form-actions">
        <button type="button" class="quiet" onClick={onDone}>
          {t('rooms.cancel')}
        </button>
        <button type="submit" class="primary">
          {t('rooms.create')}
        </button>
      </div>
    </form>
  )
}
