import type { JSX } from 'preact'

import type { PageButton, PageMessage, PageRoom } from '../../src/page/wire.js'
import { t } from '../i18n/translate.js'
import { safeUrl } from '../markdown/urls.js'
import { speakerOf } from '../store/select.js'
import { send } from '../store/send.js'
import { dispatch, view } from '../store/store.js'

/** What a press does, by the kind of the button (protocol.md §5.3). */
const press = async (button: PageButton, message: PageMessage, room: PageRoom): Promise<void> => {
  const person = speakerOf({ speakers: view.speakers.value }, room)
  if (button.kind === 'callback') {
    const taken = await send('press', { message: message.id, button: button.id, person })
    if (taken) dispatch({ type: 'pressed', button: `${message.id}/${button.id}` })
    return
  }
  // A command that is sent at once exists in private chats only.
  if (button.enter && room.scene === 'c2c') {
    await send('say', { scene: room.scene, room: room.name, person, text: button.data })
    return
  }
  dispatch({ type: 'draft', room: room.id, text: button.data })
  document.querySelector<HTMLElement>('#say')?.focus()
}

const Key = ({
  button,
  message,
  room,
}: {
  button: PageButton
  message: PageMessage
  room: PageRoom
}): JSX.Element => {
  const visited = view.pressed.value.includes(`${message.id}/${button.id}`)
  const label = visited ? button.visitedLabel || button.label : button.label
  const href = button.kind === 'link' ? safeUrl(button.data) : null
  if (button.kind === 'link') {
    return href === null ? (
      <button type="button" class="key" data-style={button.style} disabled title={button.data}>
        {label}
      </button>
    ) : (
      <a class="key" data-style={button.style} href={href} target="_blank" rel="noreferrer noopener">
        {label}
      </a>
    )
  }
  return (
    <button
      type="button"
      class="key"
      data-style={button.style}
      data-visited={visited}
      onClick={() => void press(button, message, room)}
    >
      {label}
    </button>
  )
}

/** The buttons under a message, row by row. */
export const Keyboard = ({ message, room }: { message: PageMessage; room: PageRoom }): JSX.Element => (
  <div class="keyboard" role="group" aria-label={t('chat.buttons')}>
    {message.buttons.map((row, index) => (
      <div class="keyboard-row" key={index}>
        {row.map((button) => (
          <Key key={button.id} button={button} message={message} room={room} />
        ))}
      </div>
    ))}
  </div>
)
