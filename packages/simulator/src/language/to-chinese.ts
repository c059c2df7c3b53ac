import { systemTexts, type Texts, translation } from '@qqkit/core/internal'

import { optionTexts } from './option-texts.js'
import { reportTexts } from './report-texts.js'

/** Every sentence of the simulator that has no Chinese form beside it, in both languages. */
export const allTexts: Texts = [...optionTexts, ...reportTexts]

/** The Chinese form of an English sentence; without a row it stays English. */
export const toChinese: (text: string) => string = translation(() => [...allTexts, ...systemTexts])
