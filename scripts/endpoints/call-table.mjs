// The table of calls in the guide.
import { textsBelow } from '../reference/files.mjs'
import { addressOf, PUBLISHED, readSections, REFERENCE } from '../reference/sections.mjs'
import { documentedEndpoints, methodsOf } from './read-sources.mjs'

export const BEGIN = '<!-- calls: begin; scripts/check-endpoints.mjs --write -->'
export const END = '<!-- calls: end -->'

/** Calls that take more than one request and are therefore outside the tree: their code, by endpoint. */
export const ELSEWHERE = /** @type {Readonly<Record<string, string>>} */ ({
  'POST /v2/users/{user_openid}/messages': 'rest.send(target, message)',
  'POST /v2/groups/{group_openid}/messages': 'rest.send(target, message)',
  'POST /channels/{channel_id}/messages': 'rest.send(target, message)',
  'POST /dms/{guild_id}/messages': 'rest.send(target, message)',
  'POST /v2/users/{user_openid}/stream_messages': 'rest.stream(target, source, options)',
  'POST /v2/users/{user_openid}/files': 'rest.media.upload(target, source)',
  'POST /v2/groups/{group_openid}/files': 'rest.media.upload(target, source)',
  'POST /v2/users/{user_openid}/upload_prepare': 'rest.media.upload(target, source)',
  'POST /v2/groups/{group_openid}/upload_prepare': 'rest.media.upload(target, source)',
  'POST /v2/users/{user_openid}/upload_part_finish': 'rest.media.upload(target, source)',
  'POST /v2/groups/{group_openid}/upload_part_finish': 'rest.media.upload(target, source)',
  'DELETE /v2/users/{user_openid}/messages/{message_id}': 'rest.recall(target, messageId)',
  'DELETE /v2/groups/{group_openid}/messages/{message_id}': 'rest.recall(target, messageId)',
  'PUT /interactions/{interaction_id}': 'rest.interactions.ack(interactionId, code?)',
})

/** Columns on a screen: Chinese characters take two. @param {string} text */
const widthOf = (text) => Array.from(text).reduce((sum, one) => sum + (one > '\u2E7F' ? 2 : 1), 0)

/** @param {readonly (readonly string[])[]} rows the first one is the head */
const tableOf = (rows) => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell))).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

/** The table of calls. @param {string} root @param {readonly string[]} head */
export const tableFor = (root, head) => {
  const methods = methodsOf(root)
  const documented = documentedEndpoints(root)
  const { pages } = readSections(textsBelow(root, REFERENCE))
  const rows = documented.map(({ endpoint, section }) => {
    const calls = methods.filter((method) => method.endpoint === endpoint).map(({ call }) => call)
    const written = [...calls, ELSEWHERE[endpoint] ?? []].flat()
    return [written.map((call) => `\`${call}\``).join('<br>'), `\`${endpoint}\``, `[§${section}]`]
  })
  const links = [...new Set(documented.map(({ section }) => section))].map(
    (section) => `[§${section}]: ${PUBLISHED}/${addressOf(pages, section)}`,
  )
  return [tableOf([head, ...rows]), links.join('\n')].join('\n\n')
}

/**
 * A page with the table in its place, or `null` when it has no place for one.
 *
 * @param {string} text
 * @param {string} table
 */
export const withTable = (text, table) => {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) return null
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`
}

/** @param {string} text */
export const withoutSpacing = (text) => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')
