import { Buffer } from 'node:buffer'
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { parseEnv } from 'node:util'

import { CommandError, decodeText } from '@qqkit/core/internal'

import { reasonOf } from '../terminal/reason.js'

/** Only the user of this file reads it. */
const MODE = 0o600

const cannotWrite = (file: string, cause: unknown): CommandError => {
  const { en, zh } = reasonOf(cause)
  return new CommandError(
    {
      en: `${file} cannot be written: ${en}. Check the folder, or give another file with --env`,
      zh: `无法写入 ${file}：${zh}。请检查目录，或用 --env 指定其他文件`,
    },
    cause,
  )
}

/** The file behind a link, so that a write does not replace the link. */
const targetOf = (file: string): string => (existsSync(file) ? realpathSync(file) : file)

/** The file beside it that a write begins with. */
const draftOf = (target: string): string => `${target}.${process.pid}`

/**
 * The variables in a file; none where it is not there.
 *
 * @throws CommandError for a file that could not be written later
 */
export const readEnvFile = (file: string): Readonly<Record<string, string | undefined>> => {
  try {
    const target = targetOf(file)
    // Tried, not looked up: rights are not all that counts (a disk may be read-only).
    writeFileSync(draftOf(target), '', { mode: MODE, flag: 'wx' })
    rmSync(draftOf(target))
    return existsSync(target) ? parseEnv(decodeText(readFileSync(target))) : {}
  } catch (error) {
    throw cannotWrite(file, error)
  }
}

/** A text with some variables set: lines of other variables and comments stay as they are. */
export const withVariables = (text: string, variables: Readonly<Record<string, string>>): string => {
  const left = new Map(Object.entries(variables))
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
  const kept = lines.flatMap((line) => {
    const [, name = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=/.exec(line) ?? []
    const value = variables[name]
    if (value === undefined) return [line]
    // A second line of the same variable would win, or lose, depending on the reader.
    return left.delete(name) ? [`${name}=${value}`] : []
  })
  return `${[...kept, ...[...left].map(([name, value]) => `${name}=${value}`)].join('\n')}\n`
}

/** The content of a file. One in a Chinese encoding is taken byte by byte, so that its comments survive. */
const contentOf = (file: string): { readonly text: string; readonly encoding: BufferEncoding } => {
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const text = decodeText(bytes)
  return text.includes('\uFFFD')
    ? { text: bytes.toString('latin1'), encoding: 'latin1' }
    : { text, encoding: 'utf8' }
}

/**
 * Sets variables in a file, as a whole or not at all; only its user can read it then.
 *
 * @throws CommandError
 */
export const writeEnvFile = (file: string, variables: Readonly<Record<string, string>>): void => {
  const target = targetOf(file)
  const draft = draftOf(target)
  try {
    const { text, encoding } = contentOf(target)
    writeFileSync(draft, withVariables(text, variables), { mode: MODE, flag: 'wx', encoding })
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { force: true })
    throw cannotWrite(file, error)
  }
}
