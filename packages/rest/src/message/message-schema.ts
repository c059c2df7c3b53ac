import { keyboardLimits, messageLimits } from '@qqkit/protocol'
import * as v from 'valibot'

import { count, filled, flag, listOf, text, upTo, wire } from '../checks/shapes.js'

const anything = v.unknown()

const permission = wire({
  type: v.picklist([0, 1, 2, 3], 'one of 0 listed users, 1 admins, 2 everyone, 3 listed roles'),
  specify_user_ids: v.optional(v.array(filled)),
  specify_role_ids: v.optional(v.array(filled)),
})

const button = wire({
  id: v.optional(filled),
  render_data: wire({
    label: upTo(keyboardLimits.labelLength),
    visited_label: v.optional(upTo(keyboardLimits.labelLength)),
    style: v.optional(v.picklist([0, 1, 2, 3, 4], 'one of 0, 1, 2, 3, 4')),
  }),
  action: wire({
    type: v.picklist([0, 1, 2, 3, 4], 'one of 0 link, 1 callback, 2 command, 3 mqqapi, 4 subscribe'),
    data: v.optional(text),
    permission: v.optional(permission),
    reply: v.optional(flag),
    enter: v.optional(flag),
    anchor: v.optional(count),
    unsupport_tips: v.optional(text),
    modal: v.optional(
      wire({
        content: upTo(keyboardLimits.modalContentLength),
        confirm_text: v.optional(upTo(keyboardLimits.modalConfirmLength)),
        cancel_text: v.optional(upTo(keyboardLimits.modalCancelLength)),
      }),
    ),
    subscribe_data: v.optional(wire({ template_ids: v.array(anything) })),
    click_limit: v.optional(count),
    at_bot_show_channel_list: v.optional(flag),
  }),
  group_id: v.optional(filled),
})

/** A keyboard (§5.3). */
export const keyboardSchema: v.GenericSchema = wire({
  id: v.optional(filled),
  content: v.optional(
    wire({
      rows: listOf(
        wire({ buttons: listOf(button, keyboardLimits.buttonsPerRow, 'button') }),
        keyboardLimits.rows,
        'row',
      ),
      style: v.optional(v.looseObject({ font_size: v.optional(text) })),
    }),
  ),
})

/** Markdown (§5.3). */
export const markdownSchema: v.GenericSchema = wire({
  content: v.optional(filled),
  template_id: v.optional(count),
  custom_template_id: v.optional(filled),
  params: v.optional(v.array(wire({ key: filled, values: v.array(text) }))),
  force_verify_image_resource: v.optional(flag),
  style: v.optional(wire({ main_font_size: v.optional(text), layout: v.optional(text) })),
  process_msg: v.optional(anything),
})

const pair = wire({ key: filled, value: text })
const ark = wire({
  template_id: count,
  kv: v.array(
    wire({
      key: filled,
      value: v.optional(text),
      obj: v.optional(v.array(wire({ obj_kv: v.array(pair, 'give an array') }))),
    }),
    'give an array',
  ),
})

const embed = wire({
  title: v.optional(text),
  prompt: v.optional(text),
  thumbnail: v.optional(wire({ url: filled })),
  fields: v.optional(v.array(wire({ name: text }))),
})

/**
 * Every field of the messages of §5.2 and §5.10 with its shape and limits; `check-message.ts` checks which scene takes
 * which.
 */
export const messageSchema: v.GenericSchema = wire({
  content: v.optional(text),
  markdown: v.optional(markdownSchema),
  keyboard: v.optional(keyboardSchema),
  ark: v.optional(ark),
  embed: v.optional(embed),
  media: v.optional(wire({ file_info: filled })),
  image: v.optional(filled),
  file: v.optional(
    wire({
      type: v.picklist(['image', 'video', 'voice', 'file'], 'one of image, video, voice, file'),
      source: anything,
    }),
  ),
  message_reference: v.optional(wire({ message_id: filled, ignore_get_message_error: v.optional(flag) })),
  msg_type: v.optional(
    v.picklist([0, 2, 3, 4, 6, 7], 'one of 0 text, 2 markdown, 3 ark, 4 embed, 6 typing, 7 media'),
  ),
  msg_id: v.optional(filled),
  event_id: v.optional(filled),
  msg_seq: v.optional(v.pipe(count, v.minValue(0, 'counts from 1'))),
  is_wakeup: v.optional(flag),
  input_notify: v.optional(
    wire({
      input_type: count,
      input_second: v.pipe(
        count,
        v.maxValue(messageLimits.inputSeconds, `at most ${messageLimits.inputSeconds} s`),
      ),
    }),
  ),
  stream: v.optional(v.looseObject({})),
  prompt_keyboard: v.optional(wire({ keyboard: keyboardSchema })),
  action_button: v.optional(
    v.looseObject({ callback_data: v.optional(upTo(messageLimits.actionCallbackLength)) }),
  ),
  subscribe_id: v.optional(filled),
  feature_id: v.optional(count),
  timestamp: v.optional(count),
})
