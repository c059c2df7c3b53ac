import type { JSX } from 'preact'

import type { PageButton, PageMessage, PageRoom } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { safeUrl } from '../markdown/urls.js'
import { speakerOf } from '../store/select.js'
import { send } from '../store/send.js'
import { dispatch, view } from '../store/store.js'
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
    await send('say', { scene: room.scene, room: room.name, person, text: button.data })
    return
  }
  dispatch({ type: 'draft', room: room.id, text: button.data })
  document.querySelector<HTMLElement>('#say')?.focus()
}

interface KeyProps {
  readonly button: PageButton
  readonly message: PageMessage
  readonly room: PageRoom
}

const LinkKey = ({ button }: { button: PageButton }): JSX.Element => {
  const href = safeUrl(button.data)
  return href === null ? (
    <button type="button" class="key" data-style={button.style} disabled title={button.data}>
      {button.label}
    </button>
  ) : (
    <a class="key" data-style={button.style} href={href} target="_blank" rel="noreferrer noopener">
      {button.label}
    </a>
  )
}

const PressKey = ({ button, message, room }: KeyProps): JSX.Element => {
  const pressed = view.presses.value.findLast(
    (each) => each.message === message.id && each.button === button.id,
  )
  return (
    <button
      type="button"
      class="key"
      data-style={button.style}
      data-visited={pressed !== undefined}
      onClick={() => void press(button, message, room)}
    >
      {pressed ? button.visitedLabel || button.label : button.label}
      {pressed ? <PressState press={pressed} /> : null}
    </button>
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
