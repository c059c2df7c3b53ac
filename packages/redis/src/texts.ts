import type { Texts } from '@qqkit/core/internal'

/** Sentences of `@qqkit/redis`. */
export const redisTexts: Texts = [
  // Status and log of publishers and workers
  ['takes events from Redis', '正在从 Redis 领取事件'],
  ['the queue is not open yet', '队列尚未打开'],
  ['the queue cannot be reached: {}', '无法访问队列：{}'],
  [
    'a session cannot be opened, and no connection is made without it: {}',
    '无法打开会话，在此之前不会建立连接：{}',
  ],
  ['the queue has {} unfinished events, and no room', '队列中已有 {} 个未完成的事件，没有空位'],
  ['Redis has lost its last events; they are published again', 'Redis 丢失了最后一批事件；正在重新发布'],
  [
    'Redis has lost events that were confirmed, and they cannot be published again',
    'Redis 丢失了已确认的事件，并且无法重新发布',
  ],
  ['{} clicks were answered and could not be published; they are lost', '{} 次点击已应答但未能发布，已丢失'],
  ['the source was closed', '事件来源已关闭'],
  [
    'an event was handled here, and Redis was not told before the lease had ended; another process may handle it again',
    '本进程已处理一个事件，但未能在租约结束前告知 Redis；另一个进程可能会再次处理它',
  ],
  [
    'another process handles the event now; nothing is saved for it here',
    '另一个进程正在处理该事件；本进程不再为其保存数据',
  ],
  [
    'the option conversation failed for an event; its default is used',
    'conversation 选项对某个事件失败；改用默认会话',
  ],
  [
    'an event of the queue has a newer format; it is left to a worker of a newer version',
    '队列中有一个事件的格式较新；留给新版本的 worker 处理',
  ],
  ['an event of the queue is damaged; it is given up', '队列中有一个事件已损坏；不再处理'],
  [
    '{} workers died while they handled this event; it is given up',
    '已有 {} 个 worker 在处理该事件时退出；不再处理该事件',
  ],
  [
    'an event was given to another process; its handler is ended here',
    '一个事件已交给另一个进程；本进程中止它的 handler',
  ],

  // Shared state
  [
    'no new session is started while Redis is away; sessions are resumed all the same',
    'Redis 不可用期间不会新建会话；已有会话仍可恢复',
  ],
  ['Redis did not answer within {} ms', 'Redis 未在 {} 毫秒内应答'],
  ['limits are shared again', '各进程重新共享限速'],
  [
    'limits are not shared while Redis is away; each process waits, and then keeps to its share',
    'Redis 不可用期间不共享限速；各进程先等待，之后只使用自己的份额',
  ],
  ['the access token is shared again', '各进程重新共享 access token'],
  [
    'the access token is not shared while Redis is away; each process asks for its own',
    'Redis 不可用期间不共享 access token；各进程自行获取',
  ],
  ['the session was closed', '会话已关闭'],

  // Errors
  ['must be one of {}', '必须是 {} 之一'],
  ['Redis cannot be reached', '无法连接 Redis'],
  ['Redis did not answer in time; the connection was given up', 'Redis 未及时应答；已放弃该连接'],
  ['Redis refused a command', 'Redis 拒绝了一个命令'],
  ['no client for Redis is installed', '没有安装 Redis 客户端'],
  ['another process publishes the events of this source', '另一个进程正在发布该来源的事件'],
  ['the connection to Redis was closed by this process', '本进程已关闭与 Redis 的连接'],
  ['the connection was lost', '连接已断开'],
  ['it is loading its data', '它正在加载数据'],
  ['the server cannot be used', '无法使用该服务器'],
]
