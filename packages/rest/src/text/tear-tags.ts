/** What begins a tag (§5.12). */
const TAG = /<(?=[@#]|emoji:|qqbot-)/gi

/** Puts an invisible character into what would be read as a tag, where nothing can be escaped. */
export const tearTags = (text: string): string => text.replaceAll(TAG, '<\u200B')
