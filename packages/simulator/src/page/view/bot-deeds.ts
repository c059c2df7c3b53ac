import type { CallEntry } from '../../core/kernel/log-entry.js'
import type { PageCard, PageDeed, PageScene } from '../contract/wire.js'
import { fieldsOf, listOf, parsed, textOf, type Fields } from '../../runtime/wire-objects.js'

/** Where a person sees what a call of the bot does. */
export type Seen =
  /** A bubble, or a change of one: its text, its buttons, its reactions, its end. */
  | 'bubble'
  /** A line between the bubbles, with a card for what was written. */
  | PageDeed
  /** The menu or the panel above the input. */
  | 'menu'
  /** A row of the wire alone: of a guild, a form before a message, or nothing that people see. */
  | 'wire'

/** Every call that changes something, by the name of its route. Calls that only read are rows of the wire. */
export const seenCalls: Readonly<Record<string, Seen>> = {
  'c2c.send': 'bubble',
  'group.send': 'bubble',
  'channel.send': 'bubble',
  'dm.send': 'bubble',
  'c2c.stream': 'bubble',
  'channel.edit': 'bubble',
  'channel.guide': 'bubble',
  'dm.guide': 'bubble',
  'c2c.recall': 'bubble',
  'group.recall': 'bubble',
  'channel.recall': 'bubble',
  'dm.recall': 'bubble',
  'channel.react': 'bubble',
  'channel.unreact': 'bubble',
  'interaction.ack': 'bubble',
  'channel.create-thread': 'post',
  'channel.comment': 'comment',
  'channel.delete-thread': 'post.deleted',
  'channel.audio': 'audio.start',
  'channel.take-mic': 'mic.on',
  'channel.leave-mic': 'mic.off',
  'channel.announce': 'announced',
  'channel.end-announce': 'announced.end',
  'channel.pin': 'pinned',
  'channel.unpin': 'unpinned',
  'channel.create-schedule': 'scheduled',
  'channel.change-schedule': 'scheduled.changed',
  'channel.delete-schedule': 'scheduled.deleted',
  'channel.change': 'channel.changed',
  'channel.delete': 'channel.deleted',
  'channel.set-member-permissions': 'permissions',
  'channel.set-role-permissions': 'permissions',
  'group.remove-members': 'removed',
  'group.change-blacklist': 'blacklist',
  'group.answer-join-request': 'join.answered',
  'group.set-mutes': 'muted',
  'menu.set': 'menu',
  'panel.create': 'menu',
  'panel.change': 'menu',
  'panel.delete': 'menu',
  'panel.target': 'menu',
  'http-session.create': 'wire',
  'http-session.check': 'wire',
  'http-session.end': 'wire',
  'c2c.files': 'wire',
  'group.files': 'wire',
  'c2c.upload-prepare': 'wire',
  'group.upload-prepare': 'wire',
  'c2c.upload-part-finish': 'wire',
  'group.upload-part-finish': 'wire',
  'group.old-members': 'wire',
  'strategy.create': 'wire',
  'strategy.change': 'wire',
  'strategy.delete': 'wire',
  'strategy.execute': 'wire',
  'strategy.whitelist': 'wire',
  'share-link.make': 'wire',
  'dm.create': 'wire',
  'guild.make-channel': 'wire',
  'guild.remove-member': 'wire',
  'guild.mute': 'wire',
  'guild.mute-member': 'wire',
  'guild.create-role': 'wire',
  'guild.change-role': 'wire',
  'guild.delete-role': 'wire',
  'guild.give-role': 'wire',
  'guild.take-role': 'wire',
  'guild.announce': 'wire',
  'guild.end-announce': 'wire',
  'guild.demand-api': 'wire',
}

/** `status` of an audio call (§5.11). */
const audioDeeds: readonly PageDeed[] = ['audio.start', 'audio.pause', 'audio.resume', 'audio.stop']

/** The text of a post: rich text as plain lines, anything else unchanged (§4.10). */
const postText = (content: string): string => {
  const { paragraphs } = fieldsOf(parsed(content))
  if (!Array.isArray(paragraphs)) return content
  return paragraphs
    .map((paragraph) =>
      listOf(fieldsOf(paragraph)['elems'])
        .map((part) => textOf(fieldsOf(fieldsOf(part)['text'])['text']))
        .join(''),
    )
    .join('\n')
}

const cardOf = (deed: PageDeed, body: Fields): PageCard | null =>
  deed === 'post' || deed === 'comment'
    ? {
        kind: deed,
        template: '',
        title: textOf(body['title']),
        text: postText(textOf(body['content'])),
        image: textOf(body['image']) || null,
        link: null,
        lines: [],
      }
    : null

/** The words of a deed within its line. */
const wordsOf = (body: Fields): string =>
  textOf(body['text']) || textOf(body['audio_url']) || textOf(fieldsOf(body['schedule'])['name'])

/** What a bot did in a conversation besides messages. */
export interface Deed {
  readonly scene: PageScene
  /** The id in the path. */
  readonly peerId: string
  readonly what: PageDeed
  readonly text: string
  readonly card: PageCard | null
}

const PLACE = /^\/(channels|v2\/groups)\/([^/?]+)/

const isDeed = (seen: Seen | undefined): seen is PageDeed =>
  seen !== undefined && seen !== 'bubble' && seen !== 'menu' && seen !== 'wire'

/** The deed of a call; `null` for calls that were refused, or that are seen elsewhere. */
export const deedOf = ({ route, executed, path, request }: CallEntry): Deed | null => {
  const seen = seenCalls[route]
  const [, kind, peerId] = PLACE.exec(path) ?? []
  if (!executed || !isDeed(seen) || peerId === undefined) return null
  const body = fieldsOf(parsed(request))
  const what = route === 'channel.audio' ? (audioDeeds[Number(body['status'])] ?? seen) : seen
  return {
    scene: kind === 'channels' ? 'channel' : 'group',
    peerId,
    what,
    text: wordsOf(body),
    card: cardOf(what, body),
  }
}
