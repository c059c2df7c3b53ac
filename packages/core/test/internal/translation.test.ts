import { describe, expect, it } from 'vitest'

import { addTexts, translation } from '../../src/internal/index.js'

describe('MT-07 a translation', () => {
  const toChinese = translation(() => [
    ['give {}', '应为 {}'],
    ['give a list of {}', '应为 {} 的列表'],
    ['steps', '步骤'],
    ['it failed', '失败'],
  ])

  it.each([
    ['it failed', '失败'],
    ['give a list of steps', '应为 步骤 的列表'],
    ['give 3', '应为 3'],
    ['upload: it failed, give steps', 'upload：失败，应为 步骤'],
    ['nothing of ours', 'nothing of ours'],
  ])('%s', (en, zh) => {
    expect(toChinese(en)).toBe(zh)
  })

  it('reads its rows at the first use, once', () => {
    let times = 0
    const say = translation(() => {
      times += 1
      return [['one', '一']]
    })
    expect(times).toBe(0)
    expect([say('one'), say('one')]).toEqual(['一', '一'])
    expect(times).toBe(1)
  })
})

describe('MT-07 the sentences of an import', () => {
  it('are known from their addition on, in translations that were used before too', () => {
    const toChinese = translation(() => [['it failed', '失败']])
    const sentence = 'a sentence of an import: it failed'
    expect(toChinese(sentence)).not.toMatch(/引入/)
    const texts = [['a sentence of an import', '引入的句子']] as const
    addTexts(texts)
    addTexts(texts)
    expect(toChinese(sentence)).toBe('引入的句子：失败')
  })
})
