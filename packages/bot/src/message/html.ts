const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }
const CHARACTERS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Undoes the escapes of guild content (§5.12). One pass, so that `&amp;lt;` becomes `&lt;`. */
export const decodeHtml = (content: string): string =>
  content.replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)

/** Escapes what would be read as a tag in a guild: the server takes the escapes off again (§5.12). */
export const encodeHtml = (content: string): string =>
  content.replaceAll(/[&<>]/g, (character) => CHARACTERS[character] ?? character)
