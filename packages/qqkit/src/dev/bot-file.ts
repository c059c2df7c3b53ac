import { existsSync, readFileSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'

import { CommandError, decodeText } from '@qqkit/core/internal'

import { checkTypescriptPath } from '../terminal/typescript-path.js'

/** A file that runs on Node. */
const FOR_NODE = /\.[cm]?[jt]s$/
const TYPED = /\.[cm]?ts$/

/** Where a bot usually begins, the likeliest first. */
const USUAL = ['src/main', 'src/index', 'src/bot', 'main', 'index', 'bot'].flatMap((name) =>
  ['ts', 'js', 'mts', 'mjs', 'cjs'].map((ending) => `${name}.${ending}`),
)

/** The program of a bot. */
export interface BotFile {
  readonly file: string
  /** The folder of its `package.json`, else its own. */
  readonly project: string
  readonly typed: boolean
  /** How many folders deep the project is watched. */
  readonly depth: number
}

/** Folders of a project below each other; deeper ones are none that a person writes in. */
const DEEPEST = 10

/** What lies at a path; `undefined` for nothing, and for what may not be looked at. */
const look = (file: string): Stats | undefined => {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

const isFile = (file: string): boolean => look(file)?.isFile() ?? false

const projectOf = (folder: string): string | null => {
  if (existsSync(path.join(folder, 'package.json'))) return folder
  const parent = path.dirname(folder)
  return parent === folder ? null : projectOf(parent)
}

const mainOf = (cwd: string): string | null => {
  try {
    const { main } = JSON.parse(decodeText(readFileSync(path.join(cwd, 'package.json')))) as {
      readonly main?: unknown
    }
    return typeof main === 'string' && FOR_NODE.test(main) && isFile(path.join(cwd, main)) ? main : null
  } catch {
    return null
  }
}

/** The file where the bot of a folder begins. @throws CommandError where there is none */
const usualFileIn = (folder: string): string => {
  const found = USUAL.find((name) => isFile(path.join(folder, name))) ?? mainOf(folder)
  if (found === null)
    throw new CommandError({
      en: 'no bot is in this folder. Name its file, e.g. qqkit dev src/main.ts',
      zh: '目录中没有找到机器人。请指定文件，例如 qqkit dev src/main.ts',
    })
  return path.join(folder, found)
}

/**
 * The bot that a person means: the file that is named, or the usual one of the folder. `null` for a file of another language.
 *
 * @throws CommandError where there is none
 */
export const botFileIn = (cwd: string, named = '.'): BotFile | null => {
  const meant = path.resolve(cwd, named)
  const file = look(meant)?.isDirectory() ? usualFileIn(meant) : meant
  if (!isFile(file))
    throw new CommandError({
      en: `there is no file ${named}. Check the path, e.g. qqkit dev src/main.ts`,
      zh: `没有文件 ${named}。请检查路径，例如 qqkit dev src/main.ts`,
    })
  if (!FOR_NODE.test(file)) return null
  const project = projectOf(path.dirname(file))
  const typed = TYPED.test(file)
  if (typed) checkTypescriptPath(file)
  // Without a package.json the folder may be anything, such as a home with all that is in it.
  return project === null
    ? { file, project: path.dirname(file), typed, depth: 0 }
    : { file, project, typed, depth: DEEPEST }
}

const LEFT_OUT = /(?:^|[/\\])(?:node_modules|dist|coverage|reports|data|\.(?!env)[^/\\]*)(?:[/\\]|$)/
const WATCHED = /\.(?:[cm]?[jt]sx?|json5?|ya?ml)$|(?:^|[/\\])\.env[^/\\]*$/
/** Data at the top of a project: a bot may write it, and would start itself again. */
const OWN_DATA = /^[^/\\]+\.(?:json5?|ya?ml)$/
const SETTINGS = /^(?:package|tsconfig[\w.-]*)\.json$/

/** The folder of a project that is watched although it is usually left out: the bot lies in it, as in `dist/main.js`. */
export const ownFolderOf = ({ file, project }: Pick<BotFile, 'file' | 'project'>): string | null => {
  const [first = ''] = path.relative(project, file).split(path.sep)
  return LEFT_OUT.test(first) ? first : null
}

/** Whether a folder or file can matter to a bot, by its path in the project. */
export const isWatched = (inside: string, isFolder: boolean, own: string | null = null): boolean => {
  const parts = inside.split(/[/\\]/)
  if (LEFT_OUT.test((parts[0] === own ? parts.slice(1) : parts).join('/'))) return false
  if (isFolder) return true
  return WATCHED.test(inside) && (!OWN_DATA.test(inside) || SETTINGS.test(inside))
}
