import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { memo } from 'preact/compat'
import { useErrorBoundary } from 'preact/hooks'

import type { PageMessage, PageRoom } from '../../src/page/contract/wire.js'
import { clockTime, t } from '../i18n/translate.js'
import { Markdown } from '../markdown/markdown.js'
import { type MarkContext, withMarks } from '../markdown/marks.js'
import { speakerOf } from '../store/select.js'
import { send } from '../store/send.js'
import { dispatch, view } from '../store/store.js'
import { Card } from './card.js'
import { say } from './composer.js'
import { FileView } from './file-view.js'
import { Icon } from './icon.js'
import { Keyboard } from './keyboard.js'

/** Emoji that the page offers for reactions. */
const offered = ['👍', '❤', '😄', '🎉', '😮', '😢', '👀', '✅'] as const

const speaker = (room: PageRoom): string => speakerOf({ speakers: view.speakers.value }, room)

const contextOf = (message: PageMessage, room: PageRoom): MarkContext => ({
  names: message.names,
  commands: message.from === 'bot' && message.markdown !== null,
  onCommand: (text, how, quote) => {
    if (how === 'enter' && room.scene === 'c2c') void say(room, text, { quote: null })
    else {
      dispatch({ type: 'draft', room: room.id, text })
      if (quote) dispatch({ type: 'quote', room: room.id, quote: message.id })
      document.querySelector<HTMLElement>('#say')?.focus()
    }
  },
})

const Content = ({ message, room }: { message: PageMessage; room: PageRoom }): JSX.Element => (
  <>
    {message.quote ? (
      <blockquote class="quote">
        <strong>{message.quote.author}</strong>
        {message.quote.text}
      </blockquote>
    ) : null}
    {message.markdown === null ? (
      message.text === '' ? null : (
        <p class="said">{withMarks(message.text, contextOf(message, room))}</p>
      )
    ) : (
      <Markdown text={message.markdown} context={contextOf(message, room)} />
    )}
    {message.files.map((file, index) => (
      <FileView key={index} file={file} />
    ))}
    {message.card === null ? null : <Card card={message.card} />}
    {message.other === null ? null : <p class="other">{t('chat.other', { kind: message.other })}</p>}
  </>
)

/** A content that cannot be drawn is shown as its source, so that one message never ends the page. */
const Guarded = ({ source, children }: { source: string; children: ComponentChildren }): JSX.Element => {
  const [failed] = useErrorBoundary() as [unknown, () => void]
  return failed ? <p class="said">{source}</p> : <>{children}</>
}

const react = (message: PageMessage, person: string, emoji: string): void => {
  const mine = message.reactions.find((each) => each.emoji === emoji)?.people.includes(person) ?? false
  void send('react', { message: message.id, person, emoji, on: !mine })
}

const Reactions = ({ message, room }: { message: PageMessage; room: PageRoom }): JSX.Element | null =>
  message.reactions.length === 0 ? null : (
    <div class="reactions">
      {message.reactions.map(({ emoji, people }) => (
        <button
          key={emoji}
          type="button"
          aria-pressed={people.includes(speaker(room))}
          aria-label={t('chat.reaction', { emoji, people: people.join(', ') })}
          title={people.join(', ')}
          onClick={() => react(message, speaker(room), emoji)}
        >
          {/^\d+$/.test(emoji) ? t('mark.face', { id: emoji }) : emoji} {people.length}
        </button>
      ))}
    </div>
  )

interface ActionsProps {
  readonly message: PageMessage
  readonly room: PageRoom
  /** Whether an emoji is being chosen. */
  readonly choosing: Signal<boolean>
}

/** The emoji to choose from, below the bubble, where they have room. */
const Emoji = ({ message, room, choosing }: ActionsProps): JSX.Element | null =>
  choosing.value ? (
    <div class="emoji" role="group" aria-label={t('chat.react')}>
      {offered.map((emoji) => (
        <button
          key={emoji}
          type="button"
          class="quiet icon-only"
          onClick={() => {
            choosing.value = false
            react(message, speaker(room), emoji)
          }}
        >
          {emoji}
        </button>
      ))}
    </div>
  ) : null

/** What a person can do with a message: quote it, react to it, recall it. */
const Actions = ({ message, room, choosing }: ActionsProps): JSX.Element => {
  const own = message.from === 'person' && room.people.includes(message.author)
  return (
    <div class="bubble-actions">
      <button
        type="button"
        class="quiet icon-only"
        aria-label={t('chat.quote')}
        title={t('chat.quote')}
        onClick={() => {
          dispatch({ type: 'quote', room: room.id, quote: message.id })
          document.querySelector<HTMLElement>('#say')?.focus()
        }}
      >
        <Icon name="quote" />
      </button>
      {room.scene === 'channel' ? (
        <button
          type="button"
          class="quiet icon-only"
          aria-label={t('chat.react')}
          aria-expanded={choosing.value}
          title={t('chat.react')}
          onClick={() => {
            choosing.value = !choosing.value
          }}
        >
          <Icon name="smile" />
        </button>
      ) : null}
      {own ? (
        <button
          type="button"
          class="quiet icon-only"
          aria-label={t('chat.recall')}
          title={t('chat.recall')}
          onClick={() => void send('recall', { message: message.id, person: message.author })}
        >
          <Icon name="clear" />
        </button>
      ) : null}
    </div>
  )
}

/** Whether a state has a badge beside the name; the bubble itself shows the other states. */
const isBadge = (state: PageMessage['state']): state is 'held' | 'growing' | 'unfinished' =>
  state === 'held' || state === 'growing' || state === 'unfinished'

/** One message. Only the first of several messages of one author shows the name. */
export const Bubble = memo(
  ({ message, room, follows }: { message: PageMessage; room: PageRoom; follows: boolean }): JSX.Element => {
    const choosing = useSignal(false)
    const several = view.bots.value.length > 1
    const author = message.from === 'bot' && !several ? t('chat.bot') : message.author
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
          <div class="bubble-line">
            <div class="bubble" data-state={message.state}>
              {message.state === 'recalled' ? (
                <p class="other">{t('chat.recalled')}</p>
              ) : (
                <Guarded source={message.markdown ?? message.text}>
                  <Content message={message} room={room} />
                </Guarded>
              )}
            </div>
            {message.state === 'sent' ? <Actions message={message} room={room} choosing={choosing} /> : null}
          </div>
          <Emoji message={message} room={room} choosing={choosing} />
          {message.state === 'recalled' ? null : <Reactions message={message} room={room} />}
          {message.state !== 'sent' || message.buttons.length === 0 ? null : (
            <Keyboard message={message} room={room} />
          )}
        </div>
      </li>
    )
  },
)
