/** Text in a table or paragraph of Markdown. @param {string} text */
export const plain = (text) =>
  text
    .replaceAll(/[\\*[\]|]/g, String.raw`\$&`)
    .replaceAll('<', '&lt;')
    .replaceAll('{{', '{&#123;')
