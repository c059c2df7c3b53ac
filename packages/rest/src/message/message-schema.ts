import { keyboardLimits, messageLimits } from '@qqkit/protocol'
import * as v from 'valibot'

const length = (text: string): number => Array.from(text).length

const text = v.string('give a string')
const filled = v.pipe(text, v.nonEmpty('must not be empty'))
const count = v.pipe(v.number('give a whole number'), v.integer('give a whole number'))
const flag = v.boolean('give true or false')
const anything = v.unknown()

/** Text of at most `most` characters; counted as people do, not in UTF-16 units. */
const upTo = (most: number) =>
  v.pipe(
    filled,
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.typed && length(dataset.value) > most)
        addIssue({ message: `at most ${most} characters`, expected: String(most) })
    }),
  )

const listOf = <S extends v.GenericSchema>(item: S, most: number, what: string) =>
  v.pipe(
    v.array(item, 'give an array'),
    v.minLength(1, `at least one ${what}`),
    v.maxLength(most, `at most ${most} ${what}s`),
  )

/** An object that takes these fields and no others. */
const only = <E extends v.ObjectEntries>(entries: E) =>
  v.strictObject(entries, (issue) =>
    issue.expected === 'never'
      ? 'the platform knows no such field; check the spelling'
      : issue.received === 'undefined'
        ? 'is required'
        : 'give an object',
  )

const permission = only({
  type: v.picklist([0, 1, 2, 3], 'one of 0 listed users, 1 admins, 2 everyone, 3 listed roles'),
  specify_user_ids: v.optional(v.array(filled)),
  specify_role_ids: v.optional(v.array(filled)),
})

const button = only({
  id: v.optional(filled),
  render_data: only({
    label: upTo(keyboardLimits.labelLength),
    visited_label: v.optional(upTo(keyboardLimits.labelLength)),
    style: v.optional(v.picklist([0, 1, 2, 3, 4], 'one of 0, 1, 2, 3, 4')),
  }),
  action: only({
    type: v.picklist([0, 1, 2, 3, 4], 'one of 0 link, 1 callback, 2 command, 3 mqqapi, 4 subscribe'),
    data: v.optional(text),
    permission: v.optional(permission),
    reply: v.optional(flag),
    enter: v.optional(flag),
    anchor: v.optional(count),
    unsupport_tips: v.optional(text),
    modal: v.optional(
      only({
        content: upTo(keyboardLimits.modalContentLength),
        confirm_text: v.optional(upTo(keyboardLimits.modalConfirmLength)),
        cancel_text: v.optional(upTo(keyboardLimits.modalCancelLength)),
      }),
    ),
    subscribe_data: v.optional(only({ template_ids: v.array(anything) })),
    click_limit: v.optional(count),
    at_bot_show_channel_list: v.optional(flag),
  }),
  group_id: v.optional(filled),
})

const keyboard = only({
  id: v.optional(filled),
  content: v.optional(
    only({
      rows: listOf(
        only({ buttons: listOf(button, keyboardLimits.buttonsPerRow, 'button') }),
        keyboardLimits.rows,
        'row',
      ),
      style: v.optional(v.looseObject({ font_size: v.optional(text) })),
    }),
  ),
})

const markdown = only({
  content: v.optional(filled),
  template_id: v.optional(count),
  custom_template_id: v.optional(filled),
  params: v.optional(v.array(only({ key: filled, values: v.array(text) }))),
  force_verify_image_resource: v.optional(flag),
  style: v.optional(only({ main_font_size: v.optional(text), layout: v.optional(text) })),
  process_msg: v.optional(anything),
})

const pair = only({ key: filled, value: text })
const ark = only({
  template_id: count,
  kv: v.array(
    only({
      key: filled,
      value: v.optional(text),
      obj: v.optional(v.array(only({ obj_kv: v.array(pair, 'give an array') }))),
    }),
    'give an array',
  ),
})

const embed = only({
  title: v.optional(text),
  prompt: v.optional(text),
  thumbnail: v.optional(only({ url: filled })),
  fields: v.optional(v.array(only({ name: text }))),
})

/** Every field of the sends of §5.2 and §5.10 with its shape and limits; which scene takes which is checked apart. */
export const messageSchema: v.GenericSchema = only({
  content: v.optional(text),
  markdown: v.optional(markdown),
  keyboard: v.optional(keyboard),
  ark: v.optional(ark),
  embed: v.optional(embed),
  media: v.optional(only({ file_info: filled })),
  image: v.optional(filled),
  message_reference: v.optional(only({ message_id: filled, ignore_get_message_error: v.optional(flag) })),
  msg_type: v.optional(
    v.picklist([0, 2, 3, 4, 6, 7], 'one of 0 text, 2 markdown, 3 ark, 4 embed, 6 typing, 7 media'),
  ),
  msg_id: v.optional(filled),
  event_id: v.optional(filled),
  msg_seq: v.optional(v.pipe(count, v.minValue(0, 'counts from 1'))),
  is_wakeup: v.optional(flag),
  input_notify: v.optional(
    only({
      input_type: count,
      input_second: v.pipe(
        count,
        v.maxValue(messageLimits.inputSeconds, `at most ${messageLimits.inputSeconds} s`),
      ),
    }),
  ),
  stream: v.optional(v.looseObject({})),
  prompt_keyboard: v.optional(only({ keyboard })),
  action_button: v.optional(
    v.looseObject({ callback_data: v.optional(upTo(messageLimits.actionCallbackLength)) }),
  ),
  subscribe_id: v.optional(filled),
  feature_id: v.optional(count),
  timestamp: v.optional(count),
})
