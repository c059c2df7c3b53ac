import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

import type { PageMessage, PageNote, PageRoom, PageScene } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { view } from '../store/store.js'
import { Bubble } from './bubble.js'
import { Icon } from './icon.js'
import { Note } from './note.js'
import { JumpToEnd } from './jump-to-end.js'
import { useStickToEnd } from './stick-to-end.js'
import { Typing } from './typing.js'

/** The event of a person's message, by scene (§4.1). */
const eventNames: Readonly<Record<PageScene, string>> = {
  c2c: 'C2C_MESSAGE_CREATE',
  group: 'GROUP_AT_MESSAGE_CREATE',
  channel: 'AT_MESSAGE_CREATE',
  dm: 'DIRECT_MESSAGE_CREATE',
}

/** Bubbles drawn at first, and added with each request for earlier ones. */
const SHOWN = 150

/** Whether a bubble continues the one above it. */
const follows = (before: PageMessage | PageNote | undefined, message: PageMessage): boolean =>
  before !== undefined &&
  'from' in before &&
  before.from === message.from &&
  before.author === message.author &&
  before.proactive === message.proactive &&
  message.at - before.at < 120_000

export const MessageList = ({
  room,
  conversation,
}: {
  room: PageRoom
  conversation: readonly (PageMessage | PageNote)[]
}): JSX.Element => {
  const box = useRef<HTMLDivElement>(null)
  const shown = useSignal(SHOWN)
  useEffect(() => {
    shown.value = SHOWN
  }, [room.id, shown])
  const start = Math.max(0, conversation.length - shown.value)
  const end = useStickToEnd(box, room.id)
  const own = view.sent.value
  useLayoutEffect(end.jump, [own])
  return (
    <div class="scroller">
      <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>('#say')?.focus()}>
        {t('chat.skip')}
      </button>
      <div class="chat-body" ref={box} tabIndex={0} role="log" aria-label={t('chat.messages')}>
        <div class="scrolled">
          {conversation.length === 0 ? (
            <div class="empty">
              <Icon name="chat" />
              <h3>{t('chat.emptyTitle')}</h3>
              <p>{t('chat.emptyText', { event: eventNames[room.scene] })}</p>
            </div>
          ) : (
            <ol class="bubbles">
              {start > 0 ? (
                <li class="earlier">
                  <button
                    type="button"
                    class="quiet"
                    onClick={() => {
                      shown.value += SHOWN
                    }}
                  >
                    {t('chat.earlier', { count: start })}
                  </button>
                </li>
              ) : null}
              {conversation
                .slice(start)
                .map((item, index) =>
                  'what' in item ? (
                    <Note key={item.order} note={item} />
                  ) : (
                    <Bubble
                      key={item.id}
                      message={item}
                      room={room}
                      follows={follows(conversation[start + index - 1], item)}
                    />
                  ),
                )}
            </ol>
          )}
          <Typing room={room.id} />
        </div>
      </div>
      <JumpToEnd end={end} />
    </div>
  )
}
