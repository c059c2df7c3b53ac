import type { Advice } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'

/** By the code of the system. */
const REASONS: Readonly<Record<string, Advice>> = {
  EACCES: { en: 'this user has no right to it', zh: '当前用户没有权限' },
  EPERM: { en: 'this user has no right to it', zh: '当前用户没有权限' },
  EROFS: { en: 'the disk is read-only', zh: '磁盘为只读' },
  ENOSPC: { en: 'the disk is full', zh: '磁盘已满' },
  ENOTDIR: { en: 'a part of the path is a file', zh: '路径中有一部分是文件' },
  EISDIR: { en: 'it is a folder', zh: '这是一个目录' },
  EEXIST: { en: 'a file has this name', zh: '已有同名文件' },
  ENOENT: {
    en: 'a folder of the path is missing, or the system allows none there',
    zh: '路径中的目录不存在，或系统不允许在那里创建',
  },
  ELOOP: { en: 'links lead in a circle', zh: '符号链接形成了循环' },
  ENAMETOOLONG: { en: 'the name is too long', zh: '名称过长' },
}

/** Why a file or folder cannot be used. */
export const reasonOf = (cause: unknown): Advice => {
  const code = cause instanceof Error ? String(Reflect.get(cause, 'code')) : ''
  return REASONS[code] ?? { en: messageOf(cause), zh: messageOf(cause) }
}
