import type { JSX } from 'preact'
import { memo } from 'preact/compat'

import type { PageMessage, PageRoom } from '../../src/page/contract/wire.js'
import { clockTime, t } from '../i18n/translate.js'
import { Markdown } from '../markdown/markdown.js'
import { ChatImage } from './chat-image.js'
import { Icon } from './icon.js'
import { Keyboard } from './keyboard.js'

const Content = ({ message }: { message: PageMessage }): JSX.Element => (
  <>
    {message.quote ? (
      <blockquote class="quote">
        <strong>{message.quote.author}</strong>
        {message.quote.text}
      </blockquote>
    ) : null}
    {message.markdown === null ? (
      message.text === '' ? null : (
        <p class="said">{message.text}</p>
      )
    ) : (
      <Markdown text={message.markdown} />
    )}
    {message.images.map((image) => (
      <ChatImage key={image} address={image} />
    ))}
    {message.other === null ? null : <p class="other">{t('chat.other', { kind: message.other })}</p>}
  </>
)

/** Whether a state has a badge beside the name; the bubble itself shows the other states. */
const isBadge = (state: PageMessage['state']): state is 'held' | 'growing' | 'unfinished' =>
  state === 'held' || state === 'growing' || state === 'unfinished'

/** One message. Only the first of several messages of one author shows the name. */
export const Bubble = memo(
  ({ message, room, follows }: { message: PageMessage; room: PageRoom; follows: boolean }): JSX.Element => {
    const author = message.from === 'bot' ? t('chat.bot') : message.author
    return (
      <li class="bubble-row" data-from={message.from} data-follows={follows} data-message={message.id}>
        <span class="avatar" data-scene={message.from} aria-hidden="true">
          {message.from === 'bot' ? <Icon name="bolt" /> : Array.from(message.author)[0]?.toUpperCase()}
        </span>
        <div class="bubble-column">
          <p class="byline">
            <span class="author">{author}</span>
            <time dateTime={new Date(message.at).toISOString()}>{clockTime(message.at)}</time>
            {message.proactive ? (
              <span class="badge" title={t('chat.proactiveTip')}>
                {t('chat.proactive')}
              </span>
            ) : null}
            {isBadge(message.state) ? <span class="badge">{t(`chat.${message.state}`)}</span> : null}
          </p>
          <div class="bubble" data-state={message.state}>
            {message.state === 'recalled' ? (
              <p class="other">{t('chat.recalled')}</p>
            ) : (
              <Content message={message} />
            )}
          </div>
          {message.state !== 'sent' || message.buttons.length === 0 ? null : (
            <Keyboard message={message} room={room} />
          )}
        </div>
      </li>
    )
  },
)
