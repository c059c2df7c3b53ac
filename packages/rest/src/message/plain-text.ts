/** What markdown becomes where it is not allowed, in this order: what each pattern finds is replaced by its text. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/```[^\n`]*\n?/g, ''],
  [/!\[([^\]\n]*?)(?:\s+#\d+px\s+#\d+px)?\]\([^)\n]*\)/g, '$1'],
  [/\[([^\]\n]+)\]\([^)\n]*\)/g, '$1'],
  [/<qqbot-cmd-(?:enter|input)\b[^>\n]*?\btext="([^"\n]*)"[^>\n]*>/g, '$1'],
  [/^ {0,3}#{1,6}[ \t]+/gm, ''],
  [/^ {0,3}>[ \t]?/gm, ''],
  [/^[ \t]*(?:\*{3,}|-{3,}|_{3,})[ \t]*$/gm, ''],
  [/(\*\*|__|~~)(?=\S)(.+?)\1/g, '$2'],
  [/(^|[\s(])[*_](?=\S)([^*_\n]+?)[*_](?=$|[\s),.!?:;])/gm, '$1$2'],
  [/`([^`\n]+)`/g, '$1'],
]

/** The text of markdown without its marks. Addresses of links and images are left out: text may not carry them (§8). */
export const plainText = (markdown: string): string =>
  PLAIN.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), markdown).trim()
