import { CommandError } from '@qqkit/core/internal'

/**
 * Refuses a path where TypeScript does not run: tsx takes all that follows a question mark for the query of an address.
 *
 * @throws CommandError
 */
export const checkTypescriptPath = (file: string): void => {
  if (!file.includes('?')) return
  throw new CommandError({
    en: `TypeScript does not run under a path with a question mark: ${file}. Rename the folder or file, or write the bot in JavaScript`,
    zh: `路径中含有问号时无法运行 TypeScript：${file}。请重命名目录或文件，或改用 JavaScript`,
  })
}
