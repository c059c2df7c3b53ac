/** Every sentence that a person can read has a row in both languages, and every row is one. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type tsApi from 'typescript-api'
import { describe, expect, it } from 'vitest'

import { addTexts, redisFindingTexts } from '../../packages/core/src/internal/index.js'
import * as bot from '../../packages/bot/src/language/translate.js'
import { proactiveTexts } from '../../packages/bot/src/proactive/proactive-texts.js'
import { redisTexts } from '../../packages/redis/src/texts.js'
import * as simulator from '../../packages/simulator/src/language/to-chinese.js'
import { ts } from '../typescript.cjs'

const packages = join(import.meta.dirname, '../../packages')
const PACKAGES = ['core', 'reconnect-policy', 'gateway', 'rest', 'webhook', 'bot', 'redis']

/**
 * What stays English in the simulator: texts of the platform (core, faults, incidents), what is thrown at the author of a test, tables
 * that have both languages already (cli, page), and code that it writes.
 */
const NOT_OF_THE_SIMULATOR =
  /simulator\/src\/(?:core|page|language|memory|handles|scenarios\/incidents|cli)\/|faults\/catalogue|testing\/(?:check|hold|desk-bot|vitest)\.ts|test-file\.ts/

/** Sentences of the simulator for the author of a test, beside those for everyone. */
const FOR_AUTHORS =
  /startDesk\(\)|a function given to|the desk is closed|the timers of this process|^something else$|another answer|^adds the bot$|^live switch$/

/**
 * What is thrown at the developer while a program is written, and stays English: options of constructors and middleware, groups of
 * handlers, what is published, the shape of calls of the whole HTTP API, helpers of texts; and tables that have both languages already.
 */
const FOR_DEVELOPERS =
  /\/testing\/|options\.ts$|bot\/src\/(?:middleware\/|language\/|composer\/|publish\/|(?:asking|control|quotes|voice)\/|events\/command|reply\/park-store|proactive\/(?:broadcast\.ts|places|file-record-store))|rest\/src\/(?:checks|api|message|text)\/|explain-error|explain\.ts$|define-policy|media\/(?:public-address|detect|source)|dispatcher\.ts$|redis\/src\/(?:qqkit-redis|queue\/audit|events\/raw-event|port\/port)\.ts$/

/**
 * No sentences for people: names of formats, errors inside of the engine that have another one as their cause, scripts for a
 * server.
 */
const NO_SENTENCE = /^isom |^the permit is too old$|\?\? |^qqkit \(|\bredis\.call\b|^\s*local /

const SENTENCE = /[a-z]{2,} [a-z(]/

interface Found {
  readonly where: string
  readonly text: string
}

const textOf = (node: tsApi.Node): string | null => {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('')
}

const isForPeople = (node: tsApi.Node): boolean => {
  const { parent } = node
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isLiteralTypeNode(parent))
    return false
  // Its Chinese form follows it.
  if (ts.isNewExpression(parent) && parent.expression.getText() === 'ImpossibleError') return false
  return !(ts.isPropertyAssignment(parent) && ['en', 'zh', 'userAgent'].includes(parent.name.getText()))
}

const sentencesIn = (file: string): readonly Found[] => {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Found[] = []
  const visit = (node: tsApi.Node): void => {
    const text = textOf(node)
    if (text !== null && SENTENCE.test(text) && isForPeople(node) && !/\p{Script=Han}/u.test(text))
      found.push({ where: file.slice(packages.length + 1), text })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const sourcesOf = (name: string): readonly string[] =>
  (readdirSync(join(packages, name, 'src'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(packages, name, 'src', file))

/** What imports and further packages add when they are used. */
const ADDED = [...proactiveTexts, ...redisTexts, ...redisFindingTexts]
addTexts(ADDED)

describe('MT-07 every sentence for people', () => {
  const rows = new Set([...bot.allTexts, ...ADDED].map(([en]) => en))

  it('has a row with its Chinese form', () => {
    const missing = PACKAGES.flatMap(sourcesOf)
      .filter((file) => !FOR_DEVELOPERS.test(file))
      .flatMap(sentencesIn)
      .filter(({ text }) => !rows.has(text) && !NO_SENTENCE.test(text))
    expect(missing).toEqual([])
  })

  it('has a row in the simulator, whose command, warnings and replays are read by everyone', () => {
    const known = new Set(simulator.allTexts.map(([en]) => en))
    const missing = sourcesOf('simulator')
      .filter((file) => !NOT_OF_THE_SIMULATOR.test(file))
      .flatMap(sentencesIn)
      .filter(({ text }) => !known.has(text) && !FOR_AUTHORS.test(text))
    expect(missing).toEqual([])
  })
})

const HAN = /\p{Script=Han}/u

describe.each([
  ['bot and its imports', { ...bot, allTexts: [...bot.allTexts, ...ADDED] }],
  ['simulator', simulator],
])('MT-07 every row of the %s', (_, { allTexts, toChinese }) => {
  it.each(allTexts)('%s', (en, zh) => {
    expect(zh).toMatch(HAN)
    expect(zh.split('{}')).toHaveLength(en.split('{}').length)
    expect(zh).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/)
    expect(toChinese(en.split('{}').join('7'))).toMatch(HAN)
  })

  it('is there once', () => {
    expect(allTexts.map(([en]) => en).filter((en, index, all) => all.indexOf(en) !== index)).toEqual([])
  })
})
