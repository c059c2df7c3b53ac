import { useRef } from 'preact/hooks'
import type { JSX } from 'preact'

import type { PageMessage, PageRoom, PageScene } from '../../src/page/wire.js'
import { t } from '../i18n/translate.js'
import { Bubble } from './bubble.js'
import { Icon } from './icon.js'
import { useStickToEnd } from './stick-to-end.js'

/** What the bot receives when a person speaks in a scene (protocol.md §4.1). */
const eventNames: Readonly<Record<PageScene, string>> = {
  c2c: 'C2C_MESSAGE_CREATE',
  group: 'GROUP_AT_MESSAGE_CREATE',
  channel: 'AT_MESSAGE_CREATE',
  dm: 'DIRECT_MESSAGE_CREATE',
}

export const MessageList = ({
  room,
  messages,
}: {
  room: PageRoom
  messages: readonly PageMessage[]
}): JSX.Element => {
  const box = useRef<HTMLDivElement>(null)
  useStickToEnd(box, messages.length, room.id)
  return (
    <div class="chat-body" ref={box} tabIndex={0} role="log" aria-label={t('chat.messages')}>
      {messages.length === 0 ? (
        <div class="empty">
          <Icon name="chat" />
          <h3>{t('chat.emptyTitle')}</h3>
          <p>{t('chat.emptyText', { event: eventNames[room.scene] })}</p>
        </div>
      ) : (
        <ol class="bubbles">
          {messages.map((message, index) => (
            <Bubble
              key={message.id}
              message={message}
              room={room}
              follows={
                messages[index - 1]?.author === message.author && messages[index - 1]?.from === message.from
              }
            />
          ))}
        </ol>
      )}
    </div>
  )
}
