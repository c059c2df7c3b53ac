import type { Texts } from './translation.js'

/** What Node and the network say when a request or a file fails. */
export const systemTexts: Texts = [
  ['connect ECONNREFUSED {}', '连接 {} 被拒绝（ECONNREFUSED）'],
  ['connect ETIMEDOUT {}', '连接 {} 超时（ETIMEDOUT）'],
  ['connect EHOSTUNREACH {}', '主机 {} 不可达（EHOSTUNREACH）'],
  ['connect ENETUNREACH {}', '网络 {} 不可达（ENETUNREACH）'],
  ['getaddrinfo ENOTFOUND {}', '无法解析域名 {}（ENOTFOUND）'],
  ['getaddrinfo EAI_AGAIN {}', '暂时无法解析域名 {}（EAI_AGAIN）'],
  ['read ECONNRESET', '连接被对方重置（ECONNRESET）'],
  ['write ECONNRESET', '连接被对方重置（ECONNRESET）'],
  ['write EPIPE', '连接已被对方关闭（EPIPE）'],
  ['socket hang up', '连接被对方中断'],
  ['other side closed', '连接被对方关闭'],
  ['Connect Timeout Error{}', '连接超时{}'],
  [
    'Client network socket disconnected before secure TLS connection was established',
    'TLS 连接建立前网络已断开',
  ],
  ['Proxy response ({}) !== 200 when HTTP Tunneling', '代理拒绝建立隧道（HTTP {}）'],
  ['ENOENT: no such file or directory, {}', '文件或目录不存在（ENOENT）：{}'],
  ['EACCES: permission denied, {}', '没有权限（EACCES）：{}'],
  ['EPERM: operation not permitted, {}', '操作不被允许（EPERM）：{}'],
  ['EROFS: read-only file system, {}', '文件系统只读（EROFS）：{}'],
  ['ENOSPC: no space left on device, {}', '磁盘空间不足（ENOSPC）：{}'],
  ['EISDIR: illegal operation on a directory, {}', '目标是目录（EISDIR）：{}'],
]
