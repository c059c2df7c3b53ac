import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import type { PageButton, PageMessage, PageRoom } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { safeUrl } from '../markdown/urls.js'
import { speakerOf } from '../store/select.js'
import { send } from '../store/send.js'
import { dispatch, view } from '../store/store.js'
import { say } from './composer.js'
import { Icon } from './icon.js'
import { PressState } from './press-state.js'

/** Performs a press, by the kind of the button (§5.3). */
const press = async (button: PageButton, message: PageMessage, room: PageRoom): Promise<void> => {
  const person = speakerOf({ speakers: view.speakers.value }, room)
  if (button.kind === 'callback') {
    await send('press', { message: message.id, button: button.id, person })
    return
  }
  // Commands that are sent at once exist in private chats only.
  if (button.enter && room.scene === 'c2c') {
    await say(room, button.data, { quote: button.reply ? message.id : null })
    return
  }
  dispatch({ type: 'draft', room: room.id, text: button.data })
  if (button.reply) dispatch({ type: 'quote', room: room.id, quote: message.id })
  document.querySelector<HTMLElement>('#say')?.focus()
}

interface KeyProps {
  readonly button: PageButton
  readonly message: PageMessage
  readonly room: PageRoom
}

/** The question of a button before its press. */
const Question = ({
  content,
  confirm,
  cancel,
  onAnswer,
}: NonNullable<PageButton['modal']> & { onAnswer: (yes: boolean) => void }): JSX.Element => {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} aria-label={content} onCancel={() => onAnswer(false)}>
      <p>{content}</p>
      <div class="form-actions">
        <button type="button" onClick={() => onAnswer(false)}>
          {cancel || t('key.cancel')}
        </button>
        <button type="button" class="primary" onClick={() => onAnswer(true)}>
          {confirm || t('key.confirm')}
        </button>
      </div>
    </dialog>
  )
}

/** Two lines of a label; all of it is in the title. */
const Label = ({ text }: { text: string }): JSX.Element => (
  <span class="key-label" title={text}>
    {text}
  </span>
)

const LinkKey = ({ button }: { button: PageButton }): JSX.Element => {
  const href = safeUrl(button.data)
  return href === null ? (
    <button type="button" class="key" data-style={button.style} disabled title={button.data}>
      <Label text={button.label} />
    </button>
  ) : (
    <a class="key" data-style={button.style} href={href} target="_blank" rel="noreferrer noopener">
      <Label text={button.label} />
    </a>
  )
}

const PressKey = ({ button, message, room }: KeyProps): JSX.Element => {
  const asking = useSignal(false)
  const person = speakerOf({ speakers: view.speakers.value }, room)
  const presses = view.presses.value.filter((each) => each.message === message.id)
  const pressed = presses.findLast((each) => each.button === button.id)
  const group = message.buttons.flat().filter((each) => button.group !== '' && each.group === button.group)
  const grey = presses.some(
    (each) => each.person === person && group.some((other) => other.id === each.button),
  )
  return (
    <>
      <button
        type="button"
        class="key"
        data-style={button.style}
        data-visited={pressed !== undefined}
        disabled={grey || button.kind === 'other'}
        title={button.permission === 'everyone' ? undefined : t(`key.${button.permission}`)}
        onClick={() => {
          if (button.modal === null) void press(button, message, room)
          else asking.value = true
        }}
      >
        {button.permission === 'everyone' ? null : <Icon name="lock" />}
        <Label text={pressed ? button.visitedLabel || button.label : button.label} />
        {pressed ? <PressState press={pressed} /> : null}
      </button>
      {asking.value && button.modal !== null ? (
        <Question
          {...button.modal}
          onAnswer={(yes) => {
            asking.value = false
            if (yes) void press(button, message, room)
          }}
        />
      ) : null}
    </>
  )
}

/** The buttons under a message, row by row. */
export const Keyboard = ({ message, room }: { message: PageMessage; room: PageRoom }): JSX.Element => (
  <div class="keyboard" role="group" aria-label={t('chat.buttons')}>
    {message.buttons.map((row, index) => (
      <div class="keyboard-row" key={index}>
        {row.map((button) =>
          button.kind === 'link' ? (
            <LinkKey key={button.id} button={button} />
          ) : (
            <PressKey key={button.id} button={button} message={message} room={room} />
          ),
        )}
      </div>
    ))}
  </div>
)
