// Groups of handlers as values, for `bot.use()`. What you do not import is not in your bundle.
export { ButtonRows } from './button-rows.js'
export { Composer, type Provided, type Provider } from './composer.js'
export { ComposerError, type ComposerErrorCode } from './errors.js'
