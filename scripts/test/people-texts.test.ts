/** Every text that the bot itself says to people in QQ, in one list. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type tsApi from 'typescript-api'
import { describe, expect, it } from 'vitest'

import { ts } from '../typescript.cjs'

const bot = join(import.meta.dirname, '../../packages/bot/src')

/** For developers: translations of logs and errors, hints of options that name the console. */
const FOR_DEVELOPERS =
  /^(?:language\/|runtime\/options\.ts|publish\/report\.ts|proactive\/proactive-texts\.ts)/

const HAN = /\p{Script=Han}/u

const textOf = (node: tsApi.Node): string | null => {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('')
}

const isAdvice = ({ parent }: tsApi.Node): boolean =>
  ts.isPropertyAssignment(parent) && parent.name.getText() === 'zh'

/** A table of translations of what developers read. */
const isTranslations = (node: tsApi.Node): boolean =>
  ts.isVariableDeclaration(node) && node.type?.getText() === 'Texts'

/** Every Chinese text of a file that is no advice to a developer. */
const saidIn = (file: string): readonly string[] => {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(bot, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  )
  const found: string[] = []
  const visit = (node: tsApi.Node): void => {
    if (isTranslations(node)) return
    const text = textOf(node)
    if (text !== null && HAN.test(text) && !isAdvice(node)) found.push(text)
    else ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

describe('BT-48 what the bot says to people', () => {
  it('is this, in few places', () => {
    const files = (readdirSync(bot, { recursive: true }) as string[])
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !FOR_DEVELOPERS.test(file))
    const said = Object.fromEntries(
      files.map((file) => [file, saidIn(file)] as const).filter(([, texts]) => texts.length > 0),
    )
    expect(said).toEqual({
      'asking/texts.ts': ['等待回答超时，已取消。', '已取消。', '这个问题已经结束。', '请回复序号或文字：'],
      'control/control.ts': [
        '已停止。',
        '已停止，排队中的 {} 条消息也已取消。',
        '当前没有正在进行的任务。',
        '已开始新的对话。',
        '已开始新的对话，排队中的 {} 条消息也已取消。',
        // Names of commands, and their descriptions in the help.
        '停止',
        '新对话',
        '停止正在进行的任务',
        '开始新的对话',
      ],
      'middleware/texts.ts': [
        '出错了，请稍后再试。',
        '操作太频繁，请 {} 秒后再试。',
        '抱歉，你没有使用权限。',
      ],
      'reply/people-texts.ts': ['缺少参数：{}', '多余的参数：{}', '用法：{}', '可用指令：'],
    })
  })
})
