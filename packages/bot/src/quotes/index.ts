// What people quote: earlier messages of people and of the bot. What you do not import is not in your bundle.
export { rememberQuotes, type QuotedMessage, type QuotesOptions, type Quotes } from './quotes.js'
export { type RememberedMessage } from './sent-messages.js'
