import { guildLimits } from '@qqkit/protocol'
import * as v from 'valibot'

import { count, filled, text } from '../../checks/shapes.js'
import { keyboardSchema, markdownSchema } from '../../message/message-schema.js'
import { isBlank } from '../../text/characters.js'
import { choice, digits, idList, open, type Shapes, someOf } from './body-shapes.js'

const DAY = 86_400_000

const span = (fields: object): number => {
  const { start_timestamp: start, end_timestamp: end } = fields as Readonly<
    Record<string, string | undefined>
  >
  return start === undefined || end === undefined ? 1 : Number(end) - Number(start)
}

const schedule = (entries: v.ObjectEntries) => () =>
  open({
    schedule: v.pipe(
      open({
        ...entries,
        description: v.optional(text),
        jump_channel_id: v.optional(filled),
        remind_type: v.optional(choice('0', '1', '2', '3', '4', '5')),
      }),
      // 302016 (§2.8).
      v.check((fields) => span(fields) > 0, 'must end after it starts'),
      // 302014 (§2.8).
      v.rawCheck(({ dataset, addIssue }) => {
        const days = guildLimits.scheduleDays
        if (dataset.typed && span(dataset.value) > days * DAY)
          addIssue({ message: `lasts at most ${days} days`, expected: String(days) })
      }),
    ),
  })

const shownMarkdown = v.pipe(
  markdownSchema,
  v.check(
    (markdown) => !isBlank((markdown as { readonly content?: string }).content ?? 'a template'),
    'must show something',
  ),
)

const newSchedule = schedule({ name: filled, start_timestamp: digits, end_timestamp: digits })
// Whether a change may omit fields is not documented, so the platform decides.
const changedSchedule = schedule({
  name: v.optional(filled),
  start_timestamp: v.optional(digits),
  end_timestamp: v.optional(digits),
})

/** Bodies of calls on channels: messages, schedules, audio, threads (§5.10, §5.11). */
export const channelBodies: Shapes = Object.freeze({
  'PATCH /channels/{channel_id}/messages/{message_id}': () =>
    someOf(
      {
        markdown: v.optional(shownMarkdown),
        keyboard: v.optional(keyboardSchema),
        msg_id: v.optional(filled),
      },
      'markdown',
      'keyboard',
    ),
  'POST /users/@me/dms': () => open({ recipient_id: filled, source_guild_id: filled }),
  'POST /channels/{channel_id}/settingguide': () => open({ content: v.optional(text) }),
  'POST /dms/{guild_id}/settingguide': () => open({ setting_guide: open({ guild_id: filled }) }),
  'POST /guilds/{guild_id}/channels': () =>
    open({ name: filled, type: count, private_user_ids: v.optional(idList) }),
  'PATCH /channels/{channel_id}': () =>
    someOf({ name: v.optional(filled) }, 'name', 'position', 'parent_id', 'private_type', 'speak_permission'),
  'POST /channels/{channel_id}/announces': () => open({ message_id: filled }),
  'POST /channels/{channel_id}/schedules': newSchedule,
  'PATCH /channels/{channel_id}/schedules/{schedule_id}': changedSchedule,
  'POST /channels/{channel_id}/audio': () =>
    open({ status: choice(0, 1, 2, 3), audio_url: v.optional(text), text: v.optional(text) }),
  'PUT /channels/{channel_id}/threads': () =>
    open({ title: filled, content: filled, format: choice(1, 2, 3, 4) }),
  'POST /channels/{channel_id}/threads/{thread_id}/comment': () =>
    open({ thread_author: filled, content: filled }),
})
