// Questions to people, for `bot.use(asking())`. What you do not import is not in your bundle.
export {
  asking,
  type Answer,
  type Asking,
  type AskingOptions,
  type AskOptions,
  type ChoiceAnswer,
  type ChooseOptions,
  type OpenAskOptions,
} from './asking.js'
export type { Choices } from './choices.js'
export { Dialogue, dialogue, type DialogueOptions, type DialogueQuestion } from './dialogue.js'
export type { AskedAfter, DialogueState, EarlierEvent } from './dialogue-state.js'
export { AskError, type AskErrorCode, type CancelledBy } from './errors.js'
export type { AskingTexts } from './texts.js'
