import type { Texts } from '@qqkit/core/internal'

/** Sentences of proactive messages, beside those of the bot. */
export const proactiveTexts: Texts = [
  ['the first argument is no bot', '第一个参数不是机器人'],
  ['this is no target', '这不是发送目标'],
  ['this is no message', '这不是消息'],
  ['a part of the message can be sent only once', '消息的一部分只能发送一次'],
  ['a broadcast with this id is running', '同一 id 的群发正在进行'],
  [
    'the places of the bot are missing, or those of another bot',
    '缺少机器人的场所记录，或传入了其他机器人的记录',
  ],
  ['the bot does not know when this user last wrote', '机器人不知道该用户最近一次发消息的时间'],
  ['the file holds something else than records', '文件中存放的不是记录'],
  ['no change of a record', '不是一条记录变更'],
  ['the broadcast has stopped; {} of {} targets are open: {}', '群发已停止；{} 个目标尚未发送，共 {} 个：{}'],
  ['the bot was stopped', '机器人已被停止'],
]
