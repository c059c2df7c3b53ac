// Checks the built site: each link leads to a page and a heading that exist, and no page loads anything from elsewhere.
import path from 'node:path'

const LOADED =
  /<(?:script|img|iframe|video|audio|source|embed|object|link)\b[^>]*?\s(?:src|srcset|href|data|poster)="([^"]*)"/g
const STYLED = /(?:@import\s+|url\()\s*(?:url\()?["']?([^"')\s]+)/g
const CALLED = /\b(?:fetch|import|importScripts|WebSocket|EventSource|Worker)\(\s*["'`]([^"'`]+)/g

/** Whether an address is on another host. @param {string} address */
const isForeign = (address) => /^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(address)

const decode = (/** @type {string} */ text) =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")

/** The file that a server of static files sends for an address. @param {string} address */
const fileOf = (address) => {
  const bare = decodeURI(address).replace(/^\//, '')
  if (bare === '' || bare.endsWith('/')) return `${bare}index.html`
  return path.posix.extname(bare) === '' ? `${bare}.html` : bare
}

/** What a page loads from elsewhere. @param {string} file @param {string} text */
const foreignOf = (file, text) => {
  const patterns = file.endsWith('.html') ? [LOADED] : [file.endsWith('.css') ? STYLED : CALLED]
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)].map(([, address = '']) => address))
    .filter((address) => isForeign(address))
}

/**
 * All faults of a built site, as sentences.
 *
 * @param {ReadonlyMap<string, string>} files texts of pages, styles and scripts by their path in the site
 * @returns {string[]}
 */
export const builtFaults = (files) => {
  const pages = [...files].filter(([file]) => file.endsWith('.html'))
  const anchors = new Map(
    pages.map(([file, text]) => [
      file,
      new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => decode(id))),
    ]),
  )
  const broken = pages.flatMap(([file, text]) =>
    [...new Set([...text.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, link = '']) => decode(link)))]
      .filter((link) => !/^[a-z][a-z\d+.-]*:/i.test(link) && !isForeign(link))
      .flatMap((link) => {
        const [address = '', hash] = link.split('#')
        const place = address === '' ? file : fileOf(path.posix.join('/', path.posix.dirname(file), address))
        const target = address.startsWith('/') ? fileOf(address) : place
        const known = anchors.get(target)
        if (!known && !files.has(target)) return [{ file, what: `${link}, which is no page` }]
        return hash === undefined || hash === '' || !known || known.has(decodeURIComponent(hash))
          ? []
          : [{ file, what: `${link}, a heading that is not there` }]
      }),
  )
  /** Each with one of its pages: a wrong link of the navigation is on all. */
  const links = [...new Set(broken.map(({ what }) => what))].map((one) => {
    const places = broken.filter(({ what }) => what === one)
    return `${places[0]?.file} and ${places.length - 1} more link ${one}`
  })
  const foreign = [...files].flatMap(([file, text]) =>
    foreignOf(file, text).map((address) => `${file} loads ${address} from elsewhere`),
  )
  return [...links, ...foreign]
}
