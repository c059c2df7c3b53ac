// Words with which people control a bot, for `bot.use(control())`. What you do not import is not in your bundle.
export { control, type ControlOptions, type Memory } from './control.js'
export type { ControlInfo, ControlTexts } from '../reply/people-texts.js'
export { ControlError, type ControlErrorCode } from './errors.js'
