import { computed } from '@preact/signals'

import type { Language } from '../store/state.js'
import { view } from '../store/store.js'
import { en } from './en.js'
import { zh } from './zh.js'

export type Sentence = keyof typeof en

const tables: Readonly<Record<Language, Readonly<Record<Sentence, string>>>> = { en, zh }
const table = computed(() => tables[view.language.value])

/** A sentence in the language of the page. */
export const t = (sentence: Sentence, values: Readonly<Record<string, string | number>> = {}): string =>
  table.value[sentence].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

const units = {
  en: { s: ' s', min: ' min', h: ' h' },
  zh: { s: ' 秒', min: ' 分钟', h: ' 小时' },
} as const

/** An age in ms as one number and one unit. */
export const age = (ms: number): string => {
  const { s, min, h } = units[view.language.value]
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds}${s}`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${min}`
  return `${Math.floor(seconds / 3600)}${h}`
}

/** The time of day, for bubbles and lines. */
export const clockTime = (at: number, withSeconds = false): string =>
  new Date(at).toLocaleTimeString(view.language.value === 'zh' ? 'zh-CN' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
  })

/** A size in bytes as one number and one unit. */
export const fileSize = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / (1024 * 1024)).toFixed(1)} MB`
}
