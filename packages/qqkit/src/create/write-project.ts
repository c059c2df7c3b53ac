import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'

import { CommandError } from '@qqkit/core/internal'
import validateName from 'validate-npm-package-name'

import { reasonOf } from '../terminal/reason.js'

/** A project that is written. */
export interface Project {
  readonly folder: string
  /** The name in its `package.json`. */
  readonly name: string
}

const cannotWrite = (folder: string, cause: unknown): CommandError => {
  const why = reasonOf(cause)
  return new CommandError(
    {
      en: `${folder} cannot be written: ${why.en}. Give another folder`,
      zh: `无法写入 ${folder}：${why.zh}。请换一个目录`,
    },
    cause,
  )
}

/** A name that npm takes, made of another one. */
const similarName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'qq-bot'

/**
 * The name of the package in a folder.
 *
 * @throws CommandError for a name that npm refuses
 */
export const nameFor = (folder: string): string => {
  const name = path.basename(folder)
  const { validForNewPackages, errors = [], warnings = [] } = validateName(name)
  if (validForNewPackages) return name
  const similar = similarName(name)
  const other = validateName(similar).validForNewPackages ? similar : 'qq-bot'
  const why = [...errors, ...warnings].join(', ')
  throw new CommandError({
    en: `npm refuses the name "${name}" (${why}). Give a folder of another name, e.g. ${other}`,
    zh: `npm 不接受名称“${name}”（${why}）。请换一个目录名，例如 ${other}`,
  })
}

/** @throws CommandError for a folder with anything in it */
const checkEmpty = (folder: string): void => {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return
    throw cannotWrite(folder, error)
  }
  if (names.length > 0)
    throw new CommandError({
      en: `${folder} is not empty, and nothing in it is touched. Give a new folder, e.g. qqkit create ${path.basename(folder)}-2`,
      zh: `${folder} 不是空目录，其中的内容不会改动。请换一个新目录，例如 qqkit create ${path.basename(folder)}-2`,
    })
}

/** Names that npm leaves out of packages, or reads itself, are stored without their dot. */
const STORED = /^_(?=git|npm)/

/** The folders of a path that are not there, the highest first. */
const missingIn = (folder: string): readonly string[] => {
  if (existsSync(folder)) return []
  const parent = path.dirname(folder)
  return [...(parent === folder ? [] : missingIn(parent)), folder]
}

/**
 * Copies a template into a folder that is empty or not there.
 *
 * @throws CommandError, after which the folder is as before
 */
export const writeProject = (template: string, { folder, name }: Project): void => {
  checkEmpty(folder)
  const missing = missingIn(folder)
  const made: string[] = []
  try {
    // One by one: Node's recursive form never ends where the system refuses a folder with ENOENT, as below /proc.
    for (const one of missing) {
      mkdirSync(one)
      made.push(one)
    }
    cpSync(template, folder, { recursive: true })
    for (const file of readdirSync(folder))
      if (STORED.test(file)) renameSync(path.join(folder, file), path.join(folder, file.replace(STORED, '.')))
    const manifest = path.join(folder, 'package.json')
    const content = JSON.parse(readFileSync(manifest, 'utf8')) as object
    writeFileSync(manifest, `${JSON.stringify({ ...content, name }, null, 2)}\n`)
  } catch (error) {
    const [highest] = made
    if (highest !== undefined) rmSync(highest, REMOVE)
    else if (missing.length === 0)
      for (const file of safeList(folder)) rmSync(path.join(folder, file), REMOVE)
    throw cannotWrite(folder, error)
  }
}

const REMOVE = { recursive: true, force: true } as const

const safeList = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
