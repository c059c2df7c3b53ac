import type { Texts } from './translation.js'

/** Sentences about a Redis server, for the log of a bot and for the command, which do not know each other. */
export const redisFindingTexts: Texts = [
  ['no worker takes the events of the queue', '没有 worker 处理队列中的事件'],
  [
    'no gateway receives the events that handlers of {} wait for: its intents lack {}',
    '没有 gateway 接收 {} 处理函数等待的事件：其 intents 缺少 {}',
  ],
  ['no gateway and no webhook publishes events', '没有 gateway 或 webhook 发布事件'],
  ['the server is a replica', '该服务器是副本'],
  ['the server is Redis {}', '服务器版本为 Redis {}'],
  ['a script does not run: {}', '脚本无法运行：{}'],
  ['a command is not allowed: {}', '没有执行某个命令的权限：{}'],
  ['the server has no memory left for events', '服务器没有内存存放事件'],
  ['the server refuses to write, since it cannot save its data', '服务器无法保存数据，因此拒绝写入'],
  ['the server refuses to write without its replicas', '服务器在缺少副本时拒绝写入'],
  ['{} replicas are connected, and {} must confirm', '已连接 {} 个副本，而需要 {} 个副本确认'],
  ['{} replicas have confirmed, and {} must', '已有 {} 个副本确认，而需要 {} 个'],
  ['the way to {} has {}', '到 {} 的连接缺少保护：{}'],
  ['no password', '没有密码'],
  ['no TLS', '没有 TLS'],
  ['the keyPrefix {} of the client is not used', '不使用客户端的 keyPrefix {}'],
  ['the queue has format {}, and this version writes {}', '队列的格式为 {}，而本版本写入格式 {}'],
  ['another process names conversations in another way', '另一个进程以不同方式划分会话'],
  ['this bot also has keys in database {}', '该机器人在数据库 {} 中也有键'],
  ['maxmemory-policy is {}', 'maxmemory-policy 的值为 {}'],
  ['the last write of the server failed ({} is {})', '服务器最近一次写入失败（{} 为 {}）'],
  ['the server keeps no append-only file', '服务器没有启用 AOF 文件'],
  ['aof-load-truncated is yes', 'aof-load-truncated 的值为 yes'],
  ['{} events do not fit into maxmemory {}', '{} 个事件放不进 maxmemory {}'],
  ['a round trip takes {} ms', '一次往返需要 {} 毫秒'],
  ['the clock of the server differs by {} s', '服务器时钟相差 {} 秒'],
]
