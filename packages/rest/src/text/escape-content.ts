const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }
const CHARACTERS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * Escapes text for the content of guild messages, so that nothing in it is read as a tag: the server takes the escapes
 * off again ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 */
export const escapeContent = (text: string): string =>
  text.replaceAll(/[&<>]/g, (character) => CHARACTERS[character] ?? character)

/** Undoes the escapes that the content of guild messages arrives with. One pass, so that `&amp;lt;` becomes `&lt;`. */
export const unescapeContent = (content: string): string =>
  content.replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)
