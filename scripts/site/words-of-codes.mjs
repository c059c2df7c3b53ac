// Sentences for the pages of our codes that the sources do not have: what happened where an error has no fixed sentence of its own,
// and the Chinese forms of sentences for developers, which packages keep in English.

/** @import { Advice } from './static-values.mjs' */

const VALUE_OF_MESSAGE = {
  en: 'Correct the value that the message names.',
  zh: '请修改错误信息中指出的值。',
}
const SEE_CAUSE = {
  en: 'See `cause` for the reason.',
  zh: '原因见 `cause`。',
}

/** By code; `package/code` where two packages mean different things. @type {Readonly<Record<string, { readonly what: Advice, readonly advice?: Advice }>>} */
export const WORDS_OF_CODES = {
  invalid_options: {
    what: { en: 'an option is wrong or unknown', zh: '选项有误，或不存在该选项' },
    advice: {
      en: 'Correct the option whose path stands in `path`; `hint` says which values are right.',
      zh: '请修改 `path` 指出的选项；`hint` 说明允许的值。',
    },
  },
  invalid_request: {
    what: {
      en: 'a message, an id or a parameter that the platform would refuse; nothing was sent',
      zh: '消息、id 或参数会被平台拒绝；没有发出任何请求',
    },
    advice: {
      en: 'Correct the value whose path stands in `path`; `hint` says what to write instead.',
      zh: '请修改 `path` 指出的值；`hint` 说明应如何填写。',
    },
  },
  store_slow: {
    what: {
      en: 'a call of a store did not end within 10 s; its event failed',
      zh: 'store 的一次调用未在 10 秒内结束，该事件已失败',
    },
  },
  swap_refused: {
    what: {
      en: 'a store refused to swap a value 21 times in a row; the event that changes it failed',
      zh: 'store 连续 21 次拒绝 swap，修改该值的事件已失败',
    },
  },
  gateway_closed: {
    what: {
      en: 'the gateway closed the connection with a close code after which no other connection helps',
      zh: '网关关闭了连接，并且其关闭码表示重连也无济于事',
    },
    advice: {
      en: '`closeCode` has the number; its page says what to do.',
      zh: '`closeCode` 是关闭码；其页面说明怎么办。',
    },
  },
  gateway_session_busy: {
    what: {
      en: 'another process of this bot has the session',
      zh: '该机器人的会话正由另一个进程使用',
    },
    advice: {
      en: 'Stop the other process, or let this one wait for it; `cause` names it.',
      zh: '请停止另一个进程，或让本进程等待它结束；`cause` 指出是哪一个。',
    },
  },
  gateway_store_unusable: {
    what: { en: 'the session store cannot be used', zh: '无法使用 session store' },
    advice: SEE_CAUSE,
  },
  gateway_gave_up: {
    what: {
      en: 'the connection was lost, and the policy allows no further attempt',
      zh: '连接中断，而重连策略不允许继续尝试',
    },
    advice: {
      en: 'Check the network, or raise `maxAttempts`; the message names the last failure.',
      zh: '请检查网络，或调大 `maxAttempts`；错误信息指出最后一次失败的原因。',
    },
  },
  gateway_auth_failed: {
    what: {
      en: 'the gateway refused fresh access tokens several times in a row',
      zh: '网关连续多次拒绝了新的 access token',
    },
    advice: {
      en: 'Check appId and secret in the console, and that the bot is not disabled.',
      zh: '请在管理端核对 appId 与 secret，并确认机器人未被停用。',
    },
  },
  redis_emptied: {
    what: {
      en: 'the server lost events that it had confirmed',
      zh: '服务器丢失了已确认的事件',
    },
  },
  media_source: {
    what: { en: 'the source of a file is none of the four kinds', zh: '文件来源不属于四种形式之一' },
  },
  media_scene: {
    what: { en: 'the scene takes no such file', zh: '该场景不接受此类文件' },
  },
  media_type: {
    what: {
      en: 'the content does not have the type that was given, or has none that the platform takes',
      zh: '内容与指定的类型不符，或不是平台接受的类型',
    },
  },
  media_empty: { what: { en: 'the file is empty', zh: '文件为空' } },
  media_too_large: {
    what: { en: 'the file is larger than the limit in `limit` (bytes)', zh: '文件超过 `limit`（字节）' },
  },
  media_not_found: { what: { en: 'there is no file at this path', zh: '该路径下没有文件' } },
  media_not_a_file: {
    what: { en: 'the path leads to a folder, a pipe or a device', zh: '该路径是目录、管道或设备' },
  },
  media_unreadable: { what: { en: 'the file cannot be read', zh: '无法读取文件' } },
  media_changed: {
    what: { en: 'the file changed while it was being read', zh: '读取过程中文件发生了变化' },
  },
  media_stream: { what: { en: 'the stream of a file failed', zh: '文件的数据流出错' } },
  media_url: { what: { en: 'the address of a file is not allowed', zh: '文件地址不合要求' } },
  media_private_address: {
    what: {
      en: 'the address of a file leads into a private network',
      zh: '文件地址指向私有网络',
    },
  },
  media_download: { what: { en: 'the address of a file cannot be downloaded', zh: '无法下载文件地址' } },
  media_answer: {
    what: { en: 'the answer to an upload lacks what it must have', zh: '上传接口的应答缺少必要内容' },
  },
  timeout: {
    what: { en: 'no complete answer came in time', zh: '没有及时收到完整的应答' },
    advice: {
      en: 'See `delivered`: "no" where the request was not sent yet, otherwise "unknown". Look into the chat before you send again.',
      zh: '请查看 `delivered`：请求尚未发出时为 "no"，否则为 "unknown"；再次发送前请先在聊天中确认。',
    },
  },
  refused: {
    what: {
      en: 'the platform refused the call, and its number has no meaning of its own',
      zh: '平台拒绝了请求，且其数字没有特定含义',
    },
  },
  proactive_refused: {
    what: {
      en: 'the reply window was over, and the target takes no proactive messages',
      zh: '已超过回复时限，且对方不接收主动消息',
    },
    advice: {
      en: 'Reply earlier, or keep the message until the person writes again (parking). `cause` is the first refusal.',
      zh: '请更早回复，或将消息保留到对方再次发言（暂存）。`cause` 是最初的拒绝。',
    },
  },
  stage_failed: {
    what: {
      en: 'an interceptor threw while a message was streamed',
      zh: '流式消息发送过程中，拦截器抛出了错误',
    },
    advice: SEE_CAUSE,
  },
  stream_incomplete: {
    what: {
      en: 'a stream ended before its text was delivered',
      zh: '流式消息在文本全部送达之前结束',
    },
    advice: {
      en: '`undelivered` has the rest of the text, `uncertain` what may have arrived, and `cause` the reason.',
      zh: '`undelivered` 是未送达的文本，`uncertain` 是可能已送达的部分，原因见 `cause`。',
    },
  },
  paging_stuck: {
    what: {
      en: 'a list continues without a cursor, or with one that it gave before',
      zh: '列表尚未结束，却没有游标，或重复给出了同一个游标',
    },
  },
  unexpected_answer: {
    what: {
      en: 'the call was executed, but its answer lacks what it was made for',
      zh: '请求已执行，但应答中缺少所需内容',
    },
  },
  token_fatal: {
    what: {
      en: 'the platform gives this bot no access token',
      zh: '平台拒绝为该机器人签发 access token',
    },
    advice: {
      en: 'Check appId and secret, and whether the bot is disabled; `errCode` has the number of the platform.',
      zh: '请核对 appId 与 secret，并确认机器人未被停用；`errCode` 是平台的数字。',
    },
  },
  'simulator/not_connected': {
    what: {
      en: 'the bot of a test did not connect to the simulator',
      zh: '测试中的机器人没有连接到模拟器',
    },
  },
  unexpected: {
    what: { en: 'the bot did something else than the test expects', zh: '机器人的行为与测试的预期不符' },
  },
  taken: {
    what: {
      en: 'another desk of this simulator has the bot',
      zh: '该机器人已被同一模拟器的另一个 desk 使用',
    },
  },
  'simulator/closed': {
    what: { en: 'the desk of a test was closed before', zh: '测试的 desk 已经关闭' },
  },
  stuck: { what: { en: 'the bot did not stop in time', zh: '机器人没有及时停止' } },
  QQKIT_SCENARIO_STEP: {
    what: {
      en: 'a scenario left out a step that the platform does not allow',
      zh: '场景略过了平台不允许的一步',
    },
    advice: VALUE_OF_MESSAGE,
  },
  QQKIT_SIMULATOR_FAULTY: {
    what: { en: 'the simulator itself failed', zh: '模拟器自身出错' },
    advice: { en: 'Report it with the text of the warning.', zh: '请附上警告内容反馈。' },
  },
  QQKIT_WEBHOOK_ADDRESS: {
    what: {
      en: 'the simulator cannot deliver to the address of the webhook',
      zh: '模拟器无法向 webhook 地址推送',
    },
    advice: {
      en: 'Check host, port and path of the address; the log of the simulator has the pushes and their answers.',
      zh: '请检查地址的主机、端口和路径；模拟器的日志列出了推送及其应答。',
    },
  },
  QQKIT_SIMULATOR_OPEN: {
    what: {
      en: 'the simulator listens on an address that other machines reach',
      zh: '模拟器监听的地址可以被其他机器访问',
    },
    advice: {
      en: 'Leave the option `host` out, to listen on 127.0.0.1 alone.',
      zh: '请去掉 `host` 选项，只监听 127.0.0.1。',
    },
  },
  QQKIT_DESK_OPEN: {
    what: { en: 'a desk was not closed, so the process waited for it', zh: 'desk 没有关闭，进程因此等待' },
    advice: {
      en: 'Close it when its test is over: `t.after(() => desk.close())`, or `await using desk = await startDesk(…)`.',
      zh: '请在测试结束时关闭：`t.after(() => desk.close())`，或 `await using desk = await startDesk(…)`。',
    },
  },
}

/** Chinese forms of sentences that have none in their package. @type {Readonly<Record<string, string>>} */
export const CHINESE = {
  'no one answered a question in time': '提问后没有人在时限内回答',
  'a question was cancelled': '提问被取消',
  'the bot stops, and a question is open': '机器人正在停止，而提问尚未得到回答',
  'too many questions are open': '等待回答的提问过多',
  'this handler is over, or the bot does not use asking()': '处理函数已经结束，或机器人没有使用 asking()',
  'this event has no place or no person to ask': '该事件没有可以提问的位置或用户',
  'a question was asked about an event that any process may get, and the answer may reach another one':
    '任何进程都可能得到该事件，而回答可能到达另一个进程',
  'a question is a text, or a message with a text': '提问应为文本，或带有文本的消息',
  'choose() takes 1 to 25 different choices': 'choose() 需要 1 到 25 个不同的选项',
  'the steps of a dialogue are wrong': 'dialogue 的步骤有误',
  'the bot does not use this dialogue, so nothing would take its answers':
    '机器人没有使用该 dialogue，因此无法接收回答',
  'the state of a dialogue could not be saved: its store refused every swap':
    '无法保存 dialogue 的状态：store 拒绝了每一次 swap',
  'asking() is used twice by one bot': '同一个机器人使用了两次 asking()',
  'two buttons have the same data': '两个按钮的 data 相同',
  'a handler was added to a composer that a bot already uses': '向机器人正在使用的 composer 添加了处理函数',
  'the filter of the composer never lets these events through': 'composer 的过滤函数不会放行这些事件',
  'extend() takes a function that returns an object, or middleware with of(), by name':
    'extend() 需要返回对象的函数，或按名称给出带有 of() 的中间件',
  'contexts already have a property of this name': 'ctx 已有同名属性',
  'the person stopped the handler': '用户停止了处理函数',
  'control() is used twice by one bot': '同一个机器人使用了两次 control()',
  'the broadcast has stopped; … of … targets are open': '群发已停止；… / … 个目标尚未处理',
  'publishing was stopped': '发布被中止',
  '… of … pieces of a message were sent': '消息分为多段，只发出了 … / … 段',
  'sound of this format needs the package audio-decode': '该格式的音频需要软件包 audio-decode',
  'the sound cannot be decoded': '无法解码音频',
  'the sound is too large': '音频过大',
  'this is no sound': '这不是音频',
  'a script does not run': '脚本无法运行',
  'no room in the limit of … for … ms': '限流器在 … 毫秒内没有空位',
  'the quota … has room in … s at the earliest': '配额 … 最早在 … 秒后才有余量',
  'the bot did not reply': '机器人没有回复',
  'port … on … is already in use': '端口 …（…）已被占用',
  'cannot listen on …, port …': '无法监听 …，端口 …',
}
