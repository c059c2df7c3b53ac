// Voice messages from sound of any format. What you do not import is not in your bundle.
export { VoiceError, type VoiceErrorCode } from './errors.js'
export { voiceFrom, type SoundSource, type VoiceOptions } from './voice-from.js'
export type { Sound } from './wav.js'
