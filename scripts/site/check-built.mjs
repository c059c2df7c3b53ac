// Checks the built site: each link leads to a page and a heading that exist, each file that a page loads is there, and no page
// loads anything from elsewhere.

const LOADED =
  /<(?:script|img|iframe|video|audio|source|embed|object|link)\b[^>]*?\s(?:src|srcset|href|data|poster)="([^"]*)"/g
const STYLED = /(?:@import\s+|url\()\s*(?:url\()?["']?([^"')\s]+)/g
const CALLED = /\b(?:fetch|import|importScripts|WebSocket|EventSource|Worker)\(\s*["'`]([^"'`]+)/g
const LINKED = /<a\b[^>]*?\shref="([^"]*)"/g

/** A host that no link names. */
const SITE = 'http://site.invalid'

/** Whether an address is on another host. @param {string} address */
const isForeign = (address) => /^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(address)

const decode = (/** @type {string} */ text) =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")

/**
 * The file that a server of static files sends for a link, and its heading; `null` for what is no page of a server.
 *
 * @param {string} link
 * @param {string} from the file with the link
 * @param {string} base the address of the first page
 */
const placeOf = (link, from, base) => {
  if (/^[a-z][a-z\d+.-]*:/i.test(link) || isForeign(link)) return null
  const { pathname, hash } = new URL(link, SITE + base + from)
  const address = decodeURI(pathname)
  // An address outside of the site is no file of it.
  const bare = address.startsWith(base) ? address.slice(base.length) : address
  const file = bare.replace(/(^|\/)$/, '$1index.html').replace(/(^|\/)([^/.]+)$/, '$1$2.html')
  return { file, heading: decodeURIComponent(hash.slice(1)) }
}

/** The matches of a pattern, each once. @param {string} text @param {RegExp} pattern */
const allOf = (text, pattern) => [
  ...new Set([...text.matchAll(pattern)].map(([, found = '']) => decode(found))),
]

/** What a file of the site loads. @param {string} file @param {string} text */
const loadedBy = (file, text) =>
  allOf(text, file.endsWith('.html') ? LOADED : file.endsWith('.css') ? STYLED : CALLED)

/**
 * All faults of a built site, as sentences.
 *
 * @param {ReadonlyMap<string, string>} texts texts of pages, styles and scripts by their path in the site
 * @param {object} [place]
 * @param {string} [place.base] the address of its first page
 * @param {ReadonlySet<string>} [place.files] paths of all its files
 * @returns {string[]}
 */
export const builtFaults = (texts, { base = '/', files = new Set(texts.keys()) } = {}) => {
  const pages = [...texts].filter(([file]) => file.endsWith('.html'))
  const headings = new Map(pages.map(([file, text]) => [file, new Set(allOf(text, /\sid="([^"]+)"/g))]))
  const broken = pages.flatMap(([from, text]) =>
    allOf(text, LINKED).flatMap((link) => {
      const place = placeOf(link, from, base)
      if (!place) return []
      const { file, heading } = place
      if (!files.has(file)) return [{ from, what: `${link}, which is no page` }]
      const known = headings.get(file)
      return heading === '' || !known || known.has(heading)
        ? []
        : [{ from, what: `${link}, a heading that is not there` }]
    }),
  )
  /** Each with one of its pages: a wrong link of the navigation is on all. */
  const links = [...new Set(broken.map(({ what }) => what))].map((one) => {
    const places = broken.filter(({ what }) => what === one)
    return `${places[0]?.from} and ${places.length - 1} more link ${one}`
  })
  const loads = [...texts].flatMap(([from, text]) =>
    loadedBy(from, text).flatMap((address) => {
      if (isForeign(address)) return [`${from} loads ${address} from elsewhere`]
      const place = from.endsWith('.html') ? placeOf(address, from, base) : null
      return place && !files.has(place.file) ? [`${from} loads ${address}, which is not there`] : []
    }),
  )
  return [...links, ...loads]
}

/**
 * The links of the list for language models that lead nowhere.
 *
 * @param {string} llms its text
 * @param {Required<NonNullable<Parameters<typeof builtFaults>[1]>>} place
 */
export const llmsFaults = (llms, { base, files }) =>
  [...llms.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !files.has(placeOf(link, '', base)?.file ?? ''))
    .map((link) => `llms.txt links ${link}, which is no page`)
