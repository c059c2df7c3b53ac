import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

import type { PageAttachment } from '../../src/page/contract/inputs.js'
import type { PageRoom } from '../../src/page/contract/wire.js'
import { fileSize, t } from '../i18n/translate.js'
import { safeUrl } from '../markdown/urls.js'
import { gistOf, speakerOf } from '../store/select.js'
import { send, upload } from '../store/send.js'
import { dispatch, place, view } from '../store/store.js'
import { FileButton } from './file-button.js'
import { Icon } from './icon.js'
import { VoiceButton } from './voice-button.js'

const speaker = (room: PageRoom): string => speakerOf({ speakers: view.speakers.value }, room)

/** Says a text in a room, with the quote and the mention that were chosen for it. */
export const say = async (
  room: PageRoom,
  text: string,
  options: { readonly quote?: string | null; readonly files?: readonly PageAttachment[] } = {},
): Promise<boolean> => {
  dispatch({ type: 'sent' })
  return send('say', {
    room: room.id,
    person: speaker(room),
    text,
    at: !view.silent.value.includes(room.id),
    quote: options.quote === undefined ? (view.quotes.value[room.id] ?? null) : options.quote,
    files: options.files ?? [],
  })
}

/** Sends the draft of a room. */
const sendDraft = async (room: PageRoom): Promise<void> => {
  const text = view.drafts.value[room.id] ?? ''
  const files = view.files.value[room.id] ?? []
  if (speaker(room) === '' || (text.trim() === '' && files.length === 0)) return
  const quote = view.quotes.value[room.id] ?? null
  dispatch({ type: 'said', room: room.id })
  const taken = await say(room, text, { quote, files })
  // Restores a refused message, so that it need not be typed again.
  if (!taken && !view.drafts.value[room.id]) {
    dispatch({ type: 'draft', room: room.id, text })
    dispatch({ type: 'quote', room: room.id, quote })
    dispatch({ type: 'files', room: room.id, files })
  }
}

const attach = async (room: PageRoom, chosen: Iterable<File>): Promise<void> => {
  for (const file of chosen) {
    const attachment = await upload(file)
    if (attachment)
      dispatch({ type: 'files', room: room.id, files: [...(view.files.value[room.id] ?? []), attachment] })
  }
}

const Chip = ({
  text,
  label,
  onClose,
}: {
  text: string
  label: string
  onClose: () => void
}): JSX.Element => (
  <span class="chip">
    <span>{text}</span>
    <button type="button" class="quiet icon-only" aria-label={label} onClick={onClose}>
      <Icon name="close" />
    </button>
  </span>
)

/** The quote and the files that the next message carries. */
const Carried = ({ room }: { room: PageRoom }): JSX.Element | null => {
  const quoted = view.messages.value.find(({ id }) => id === view.quotes.value[room.id])
  const files = view.files.value[room.id] ?? []
  if (!quoted && files.length === 0) return null
  return (
    <div class="chips">
      {quoted ? (
        <Chip
          text={`${t('chat.quoting', { name: quoted.author })} ${gistOf(quoted)}`}
          label={t('chat.noQuote')}
          onClose={() => dispatch({ type: 'quote', room: room.id, quote: null })}
        />
      ) : null}
      {files.map((file) => (
        <Chip
          key={file.url}
          text={`${file.filename ?? ''} · ${fileSize(file.size ?? 0)}`}
          label={t('chat.noFile', { name: file.filename ?? '' })}
          onClose={() =>
            dispatch({ type: 'files', room: room.id, files: files.filter((each) => each !== file) })
          }
        />
      ))}
    </div>
  )
}

/** The bot's menu and panel. */
const Items = ({ room }: { room: PageRoom }): JSX.Element | null => {
  const { menu, panel } = place.value
  if (menu.length + panel.length === 0) return null
  return (
    <div class="chips" role="group" aria-label={t('chat.menu')}>
      {[
        ...menu.map((item) => ({ ...item, from: 'menu' })),
        ...panel.map((item) => ({ ...item, from: 'panel' })),
      ].map(({ name, kind, value, from }) => {
        const href = kind === 'link' ? safeUrl(value) : null
        return href === null ? (
          <button
            key={`${from} ${name}`}
            type="button"
            class="item"
            onClick={() => {
              dispatch({ type: 'sent' })
              if (from === 'menu') void send('choose', { room: room.id, person: speaker(room), item: name })
              else void say(room, value, { quote: null })
            }}
          >
            {name}
          </button>
        ) : (
          <a key={`${from} ${name}`} class="item" href={href} target="_blank" rel="noreferrer noopener">
            {name}
          </a>
        )
      })}
    </div>
  )
}

/** In groups and channels: whether the next message mentions the bot. */
const MentionSwitch = ({ room }: { room: PageRoom }): JSX.Element => {
  const on = !view.silent.value.includes(room.id)
  return (
    <button
      type="button"
      class="quiet at"
      aria-pressed={on}
      title={t(on ? 'chat.mentionTip' : 'chat.silentTip')}
      onClick={() => dispatch({ type: 'silent', room: room.id, silent: on })}
    >
      {t('chat.mention')}
    </button>
  )
}

/** The input for messages. Enter sends, Shift + Enter begins a new line, ArrowUp brings earlier messages back. */
export const Composer = ({ room }: { room: PageRoom }): JSX.Element => {
  const draft = view.drafts.value[room.id] ?? ''
  const input = useRef<HTMLTextAreaElement>(null)
  const back = useSignal(0)
  useLayoutEffect(() => {
    if (!input.current) return
    input.current.style.height = 'auto'
    input.current.style.height = `${input.current.scrollHeight}px`
  }, [draft, room.id])
  const said = view.history.value[room.id] ?? []
  const recall = (step: number): void => {
    back.value = Math.max(0, Math.min(said.length, back.value + step))
    dispatch({ type: 'draft', room: room.id, text: said[said.length - back.value] ?? '' })
  }
  const nobody = speaker(room) === ''
  const isRecalled = draft === '' || draft === said[said.length - back.value]
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        back.value = 0
        void sendDraft(room)
      }}
    >
      <Items room={room} />
      <Carried room={room} />
      <div class="composer-line">
        <FileButton
          label={t('chat.attach')}
          icon="clip"
          multiple
          onChosen={(chosen) => void attach(room, chosen)}
        />
        <VoiceButton onVoice={(voice) => void attach(room, [voice])} />
        {room.scene === 'group' || room.scene === 'channel' ? <MentionSwitch room={room} /> : null}
        <textarea
          id="say"
          ref={input}
          rows={1}
          maxLength={4000}
          aria-label={t('chat.input')}
          placeholder={t(nobody ? 'chat.nobody' : 'chat.placeholder')}
          value={draft}
          onInput={(event) => {
            back.value = 0
            dispatch({ type: 'draft', room: room.id, text: event.currentTarget.value })
          }}
          onPaste={(event) => {
            const pasted = [...(event.clipboardData?.files ?? [])]
            if (pasted.length === 0) return
            event.preventDefault()
            void attach(room, pasted)
          }}
          onKeyDown={(event) => {
            if (event.isComposing) return
            if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && isRecalled && said.length > 0) {
              event.preventDefault()
              recall(event.key === 'ArrowUp' ? 1 : -1)
            }
            // While an input method is composing, Enter picks a word.
            if (event.key !== 'Enter' || event.shiftKey) return
            event.preventDefault()
            back.value = 0
            void sendDraft(room)
          }}
        />
        <button
          type="submit"
          class="primary"
          disabled={nobody || (draft.trim() === '' && (view.files.value[room.id] ?? []).length === 0)}
        >
          <Icon name="send" />
          <span>{t('chat.send')}</span>
        </button>
      </div>
    </form>
  )
}
