import { QqkitError, type AccessFault } from '@qqkit/core'

/** A single file was mounted into the container: it cannot be replaced at once, and a lock beside it is seen by nobody else. */
export class MountedFileError extends QqkitError implements AccessFault {
  readonly access = 'fatal'

  constructor(file: string, cause?: unknown) {
    super({
      code: 'store_unusable',
      message: `the session file ${file} is mounted by itself`,
      advice: {
        en: 'Mount the folder instead of the file, e.g. -v ./data:/app/data, and give fileSessionStore a path in it. A file that is mounted alone can be neither replaced safely nor locked against a second process.',
        zh: '请挂载目录而不是单个文件，例如 -v ./data:/app/data，并让 fileSessionStore 使用其中的路径。单独挂载的文件既无法安全替换，也无法防止第二个进程同时使用。',
      },
      cause,
    })
  }
}
