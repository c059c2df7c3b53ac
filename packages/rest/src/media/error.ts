import { type Advice, QqkitError } from '@qqkit/core'

/** Codes of {@link MediaError}. */
export type MediaFault =
  | 'media_source'
  | 'media_scene'
  | 'media_type'
  | 'media_empty'
  | 'media_too_large'
  | 'media_not_found'
  | 'media_not_a_file'
  | 'media_unreadable'
  | 'media_changed'
  | 'media_stream'
  | 'media_url'
  | 'media_private_address'
  | 'media_download'
  | 'media_answer'

/** Advice by code. */
const ADVICE: Readonly<Record<MediaFault, Advice>> = Object.freeze({
  media_source: {
    en: 'Give { url }, { path }, { data } or { stream }.',
    zh: '请传入 { url }、{ path }、{ data } 或 { stream }。',
  },
  media_scene: {
    en: 'Files are uploaded to a user or a group, and can be sent only in the scene they were uploaded to. In guild channels and DMs send image(source).',
    zh: '文件只能上传到单聊或群聊，且只能在上传时的场景中发送。频道和频道私信请直接发送 image(source)。',
  },
  media_type: {
    en: 'Give the type of the content, or convert the file to a supported format: png, jpg, gif, webp, bmp; mp4; silk, mp3, wav, ogg. Any file can go as type "file".',
    zh: '请让 type 与内容一致，或转换为支持的格式：png、jpg、gif、webp、bmp；mp4；silk、mp3、wav、ogg。任何文件都可以用 type: "file" 发送。',
  },
  media_empty: {
    en: 'There is nothing to send: check what wrote the file.',
    zh: '内容为空：请检查文件是如何生成的。',
  },
  media_too_large: {
    en: 'Make the file smaller, split it, or send a link.',
    zh: '请压缩或拆分文件，或改为发送链接。',
  },
  media_not_found: {
    en: 'Check the path; a relative one starts at the working directory of the process.',
    zh: '请检查路径；相对路径以进程的工作目录为起点。',
  },
  media_not_a_file: {
    en: 'Only regular files can be sent by path. Give the content of a pipe or device as { stream }.',
    zh: '只有普通文件可以按路径发送。管道或设备的内容请用 { stream } 传入。',
  },
  media_unreadable: {
    en: 'Check the permissions of the file, and the disk.',
    zh: '请检查进程对该文件的读取权限以及磁盘状态。',
  },
  media_changed: {
    en: 'Send the file when it is completely written, or send a copy.',
    zh: '请在文件写入完成后再发送，或发送其副本。',
  },
  media_stream: {
    en: 'See the cause: the stream failed, yielded something other than bytes, or a different number of bytes than announced.',
    zh: '请查看 cause：数据流出错、给出的不是字节，或与声明的大小不符。',
  },
  media_url: {
    en: 'Give an http or https address without user name and password.',
    zh: '请使用不含用户名和密码的 http 或 https 地址。',
  },
  media_private_address: {
    en: 'The address is in a private network, so it is not opened. If it is yours, add the host to media.download.allowHosts.',
    zh: '该地址位于私有网络，出于安全考虑不会访问。如确为自有地址，请将主机加入 media.download.allowHosts。',
  },
  media_download: {
    en: 'Neither the platform nor the bot could download the address: open it in a browser.',
    zh: '平台和机器人都无法下载该地址：请在浏览器中确认其可访问。',
  },
  media_answer: {
    en: 'The answer of the platform does not match its documentation: report it with the trace id of the call.',
    zh: '平台返回了文档之外的内容：请携带 trace id 反馈。',
  },
})

/** Fields of a {@link MediaError}. */
export interface MediaErrorInit {
  readonly code: MediaFault
  /** Path of the wrong value, e.g. `source.path`. */
  readonly path: string
  /** What is wrong with it. */
  readonly hint: string
  /** The limit that was exceeded, in bytes. */
  readonly limit?: number
  readonly cause?: unknown
}

/**
 * A file that cannot be sent. No message was sent.
 *
 * @example
 * try {
 *   await rest.send(target, image({ path }))
 * } catch (error) {
 *   if (MediaError.is(error)) console.error(error.code, error.advice?.en)
 * }
 */
export class MediaError extends QqkitError {
  declare readonly code: MediaFault
  /** Path of the wrong value, e.g. `source.path`. */
  readonly path: string
  /** The limit that was exceeded, in bytes; `null` when the error is not about size. */
  readonly limit: number | null
  /** No message was sent. */
  readonly delivered = 'no'

  constructor({ code, path, hint, limit, cause }: MediaErrorInit) {
    super({ code, message: `${path}: ${hint}`, advice: ADVICE[code], cause })
    this.path = path
    this.limit = limit ?? null
  }

  /** Whether `value` is a `MediaError`, even from another copy of the package. */
  static override is(value: unknown): value is MediaError {
    return QqkitError.is(value) && value.code.startsWith('media_')
  }
}

/** Adds the first failure as `cause` to a {@link MediaError}; other errors are returned unchanged. */
export const causedBy = (error: unknown, cause: unknown): unknown => {
  if (!MediaError.is(error)) return error
  const { code, path, limit, message } = error
  const hint = message.slice(path.length + 2)
  return new MediaError({ code, path, hint, ...(limit !== null && { limit }), cause })
}
