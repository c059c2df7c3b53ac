import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

import type { PageRoom } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { speakerOf } from '../store/select.js'
import { send } from '../store/send.js'
import { dispatch, view } from '../store/store.js'
import { Icon } from './icon.js'

const say = async (room: PageRoom): Promise<void> => {
  const text = view.drafts.value[room.id] ?? ''
  if (text.trim() === '') return
  dispatch({ type: 'draft', room: room.id, text: '' })
  dispatch({ type: 'sent' })
  const person = speakerOf({ speakers: view.speakers.value }, room)
  const taken = await send('say', { scene: room.scene, room: room.name, person, text })
  // Restores the text of a refused message, so that it need not be typed again.
  if (!taken && !view.drafts.value[room.id]) dispatch({ type: 'draft', room: room.id, text })
}

/** The input for messages. Enter sends, Shift + Enter begins a new line. */
export const Composer = ({ room }: { room: PageRoom }): JSX.Element => {
  const draft = view.drafts.value[room.id] ?? ''
  const input = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    if (!input.current) return
    input.current.style.height = 'auto'
    input.current.style.height = `${input.current.scrollHeight}px`
  }, [draft, room.id])
  const mentions = room.scene === 'group' || room.scene === 'channel'
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void say(room)
      }}
    >
      {mentions ? (
        <span class="mention" title={t('chat.mentionTip')}>
          {t('chat.mention')}
        </span>
      ) : null}
      <textarea
        id="say"
        ref={input}
        rows={1}
        maxLength={4000}
        aria-label={t('chat.input')}
        placeholder={t('chat.placeholder')}
        value={draft}
        onInput={(event) => dispatch({ type: 'draft', room: room.id, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          // While an input method is composing, Enter picks a word.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          void say(room)
        }}
      />
      <button type="submit" class="primary" disabled={draft.trim() === ''}>
        <Icon name="send" />
        <span>{t('chat.send')}</span>
      </button>
    </form>
  )
}
