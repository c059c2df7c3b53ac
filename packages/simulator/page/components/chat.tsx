import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { conversation, place, presence, room, view } from '../store/store.js'
import { BotTag } from './bot-tag.js'
import { Composer } from './composer.js'
import { Icon } from './icon.js'
import { MessageList } from './message-list.js'
import { RoomActs } from './room-acts.js'
import { SaveChat } from './save-chat.js'
import { sceneIcons } from './rooms.js'
import { Speaker } from './speaker.js'
import { Welcome } from './welcome.js'

/** The conversation in the middle. */
export const Chat = (): JSX.Element => {
  const current = room.value
  if (current === null) {
    return (
      <section class="pane chat" data-name="chat" aria-label={t('pane.chat')}>
        <div class="chat-body">{view.bot.value ? <Welcome /> : null}</div>
        {view.bot.value ? <p class="chat-hint">{t('chat.noRoom')}</p> : null}
      </section>
    )
  }
  const welcome = presence.value === 'never' && conversation.value.length === 0
  return (
    <section class="pane chat" data-name="chat" aria-label={t('pane.chat')}>
      <div class="pane-head chat-head">
        <span class="avatar" data-scene={current.scene}>
          <Icon name={sceneIcons[current.scene]} />
        </span>
        <h2>{current.name}</h2>
        <span class="scene">{t(`scene.${current.scene}`)}</span>
        <BotTag appId={current.bot} />
        <Speaker room={current} />
        <div class="chat-tools">
          <SaveChat room={current} />
          <RoomActs room={current} />
        </div>
      </div>
      {welcome ? (
        <div class="chat-body">
          <Welcome />
        </div>
      ) : (
        <MessageList room={current} conversation={conversation.value} />
      )}
      {place.value.present ? null : <p class="chat-hint">{t('chat.absent')}</p>}
      {presence.value === 'away' ? <p class="chat-hint">{t('chat.away')}</p> : null}
      <Composer room={current} />
    </section>
  )
}
