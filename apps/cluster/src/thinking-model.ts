import { setTimeout as wait } from 'node:timers/promises'

import { type LanguageModel, wrapLanguageModel } from 'ai'

import { fakeModel } from '../../agent/src/fake-model.js'

type Wrapped = Parameters<typeof wrapLanguageModel>[0]['model']

/** The fake model of the agent, which thinks for a while before its first word: time enough to kill its process. */
export const thinkingModel = (ms: number, tell: (what: string) => void): LanguageModel =>
  wrapLanguageModel({
    model: fakeModel() as Wrapped,
    middleware: {
      specificationVersion: 'v3',
      wrapStream: async ({ doStream, params: { abortSignal } }) => {
        tell('thinks')
        await wait(ms, undefined, { ...(abortSignal && { signal: abortSignal }) })
        tell('answers')
        return doStream()
      },
    },
  })
