const safeSchemes: ReadonlySet<string> = new Set(['http:', 'https:'])
const IMAGE_DATA = /^data:image\/(?:png|jpeg|gif|webp);base64,/

/** The address if a click on it can only open a web page, else `null`. Attachment addresses may lack a scheme (§8). */
export const safeUrl = (text: string): string | null => {
  const address = text.startsWith('//') ? `https:${text}` : text
  if (!URL.canParse(address)) return null
  return safeSchemes.has(new URL(address).protocol) ? address : null
}

/** Whether an address is within the page's own server, or holds its data itself. */
export const isOwn = (address: string): boolean => address.startsWith('data:') || address.startsWith('/_sim/')

/** The address if it can be shown as an image, else `null`. */
export const safeImage = (text: string): string | null => {
  if (IMAGE_DATA.test(text) || text.startsWith('/_sim/')) return text
  return safeUrl(text) ?? (/^[\w.-]+\.\w+\//.test(text) ? safeUrl(`https://${text}`) : null)
}

/** Reads `![text #208px #320px](url)` (§5.3). */
export const imageOf = (
  text: string,
  href: string,
): { src: string; alt: string; width?: number; height?: number } | null => {
  const src = safeImage(href)
  if (src === null) return null
  const size = /^(.*?)\s*#(\d+)px\s+#(\d+)px\s*$/.exec(text)
  return size === null
    ? { src, alt: text }
    : { src, alt: size[1] ?? '', width: Number(size[2]), height: Number(size[3]) }
}
