import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModel } from 'ai'

import { StartError } from '../../common/src/start.js'
import { fakeModel } from './fake-model.js'

/**
 * The model of the environment; a fake one without a key.
 *
 * @throws StartError
 */
export const readModel = (env: Readonly<Record<string, string | undefined>>): LanguageModel => {
  const [key, url, name] = ['MODEL_KEY', 'MODEL_URL', 'MODEL_NAME'].map((variable) => env[variable]?.trim())
  if (!key) return fakeModel()
  if (!name || !url || !/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new StartError({
      en: 'MODEL_KEY is set: set MODEL_URL (with https://) and MODEL_NAME too, as .env.example shows',
      zh: '已设置 MODEL_KEY：请按 .env.example 再设置 MODEL_URL（以 https:// 开头）和 MODEL_NAME',
    })
  return createOpenAICompatible({ name: 'model', baseURL: url, apiKey: key })(name)
}
