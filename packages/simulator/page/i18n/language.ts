import type { Language } from '../store/state.js'

const KEY = 'qqkit.language'

/** The language chosen earlier, or the browser's. */
export const preferredLanguage = (): Language => {
  try {
    const kept = localStorage.getItem(KEY)
    if (kept === 'en' || kept === 'zh') return kept
  } catch {
    // Storage can be forbidden; the choice is then lost when the page closes.
  }
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

export const rememberLanguage = (language: Language): void => {
  try {
    localStorage.setItem(KEY, language)
  } catch {
    // As above.
  }
}
