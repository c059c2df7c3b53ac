import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { findGaps, writeTables } from '../check-endpoints.mjs'

let root: string

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

const LIST = 'packages/protocol/test/support/documented-endpoints.ts'
const RESOURCE = 'packages/rest/src/api/resources/pins.ts'
const ROUTES = 'packages/simulator/src/core/calls/routes/guild-routes.ts'
const TABLE = 'packages/rest/test/api/tables/pins.ts'
const GUIDE = 'docs/guides/api-calls.md'
const PLACE = `# rest\n\n<!-- calls: begin; scripts/check-endpoints.mjs --write -->\n<!-- calls: end -->\n\nMore\n`

/** Replaces a piece of a file that has to be there. */
const change = (file: string, from: string, to: string): void => {
  const text = read(file)
  expect(text).toContain(from)
  write(file, text.replace(from, to))
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'endpoints-'))
  write(
    LIST,
    [
      'export const documentedEndpoints = [',
      '  // §5.2',
      "  'POST /dms/{guild_id}/messages',",
      '  // §5.11',
      "  'GET /channels/{channel_id}/pins',",
      "  'PUT /channels/{channel_id}/pins/{message_id}',",
      '] as const',
    ].join('\n'),
  )
  write('packages/rest/src/api/api.ts', 'export class Api {\n  readonly pins: PinsApi\n}\n')
  write(
    RESOURCE,
    [
      "const ADD = 'PUT /channels/{channel_id}/pins/{message_id}'",
      'export class PinsApi extends Resource {',
      '  get(channelId: string, options?: CallOptions) {',
      "    return this.calls.call('GET /channels/{channel_id}/pins', {}, {}, options)",
      '  }',
      '  all(channelId: string, query: Query = {}, options?: CallOptions) {',
      "    return this.calls.pages('GET /channels/{channel_id}/pins', paging, {}, query, options)",
      '  }',
      '  add(channelId: string, messageId: string, options: CallOptions = {}) {',
      '    return this.calls.call(ADD, {}, {}, options)',
      '  }',
      '}',
    ].join('\n'),
  )
  write(
    ROUTES,
    [
      "const PINS = '/channels/{}/pins'",
      'export const GUILD_ROUTES = [',
      "  ['dm.send', 'POST', '/dms/{}/messages', send],",
      "  ['pins.get', 'GET', PINS, getPins],",
      "  ['pins.add', 'PUT', `${PINS}/{}`, addPin],",
      ']',
    ].join('\n'),
  )
  write(
    TABLE,
    [
      'export const rows = [',
      "  { endpoint: 'POST /dms/{guild_id}/messages', call: (rest) => rest.send(dm, 'hi').then(String) },",
      "  { endpoint: 'GET /channels/{channel_id}/pins', call: (rest) => rest.api.pins.get('1') },",
      "  { endpoint: 'PUT /channels/{channel_id}/pins/{message_id}', call: (rest) => rest.api.pins.add('1', '2') },",
      ']',
      'export const pages = (rest) => rest.api.pins.all()',
    ].join('\n'),
  )
  write(
    'docs/protocol/05-rest-endpoints.md',
    '<a id="5-2"></a>\n\n## 5.2 Sending\n\n<a id="5-11"></a>\n\n## 5.11 Guilds\n',
  )
  write(GUIDE, PLACE)
  write('docs/guides/api-calls.zh-CN.md', PLACE)
  writeTables(root)
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

it('is content when every call has its method, its route and its test', () => {
  expect(findGaps(root)).toEqual([])
})

describe('finds', () => {
  const cases: readonly (readonly [what: string, file: string, from: string, to: string, gap: string])[] = [
    [
      'a call without a method',
      RESOURCE,
      "'GET /channels/{channel_id}/pins', paging",
      "'GET /channels/{channel_id}/pin', paging",
      'rest.api.pins.all() calls GET /channels/{channel_id}/pin, which is not in',
    ],
    [
      'a call without a route',
      ROUTES,
      "'PUT', `${PINS}/{}`",
      "'PUT', `${PINS}`",
      'PUT /channels/{channel_id}/pins/{message_id} (§5.11) is not answered by the simulator',
    ],
    [
      'a route of another method',
      ROUTES,
      "'POST', '/dms",
      "'PUT', '/dms",
      'POST /dms/{guild_id}/messages (§5.2) is not answered by the simulator',
    ],
    [
      'a call without a test',
      TABLE,
      "endpoint: 'GET /channels/{channel_id}/pins'",
      'endpoint',
      'GET /channels/{channel_id}/pins (§5.11) has no test',
    ],
    [
      'a test that calls something else',
      TABLE,
      "rest.api.pins.add('1', '2')",
      "rest.request('1')",
      'has a test, but none that calls rest.api.pins.add',
    ],
    [
      'a method that no test calls',
      TABLE,
      'rest.api.pins.all()',
      'null',
      'rest.api.pins.all() is never called',
    ],
    [
      'a send without a test of its own',
      TABLE,
      "rest.send(dm, 'hi')",
      "rest.api.pins.get('1')",
      'has a test, but none that calls rest.send',
    ],
    ['a table that was changed by hand', GUIDE, '§5.2', '§5.3', 'docs/guides/api-calls.md shows other calls'],
    ['a guide without a place', GUIDE, '<!-- calls: end -->', '', 'docs/guides/api-calls.md has no place'],
  ]

  it.each(cases)('%s', (_, file, from, to, gap) => {
    change(file, from, to)
    expect(findGaps(root)).toContainEqual(expect.stringContaining(gap))
  })

  it('a call that is new in the reference', () => {
    change(LIST, "  'GET /channels", "  'GET /channels/{channel_id}/news',\n  'GET /channels")
    expect(findGaps(root).join('\n')).toMatch(
      /news \(§5\.11\) has no method[^]*news \(§5\.11\) is not answered[^]*news \(§5\.11\) has no test[^]*shows other calls/,
    )
  })
})

describe('the table of calls', () => {
  it('shows how each is written, and leaves the rest of the guide alone', () => {
    expect(read(GUIDE)).toMatchInlineSnapshot(`
      "# rest

      <!-- calls: begin; scripts/check-endpoints.mjs --write -->

      | Call                                                                     | Method and path                                | Section |
      | ------------------------------------------------------------------------ | ---------------------------------------------- | ------- |
      | \`rest.send(target, message)\`                                             | \`POST /dms/{guild_id}/messages\`                | [§5.2]  |
      | \`rest.api.pins.get(channelId)\`<br>\`rest.api.pins.all(channelId, query?)\` | \`GET /channels/{channel_id}/pins\`              | [§5.11] |
      | \`rest.api.pins.add(channelId, messageId)\`                                | \`PUT /channels/{channel_id}/pins/{message_id}\` | [§5.11] |

      [§5.2]: https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2
      [§5.11]: https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11

      <!-- calls: end -->

      More
      "
    `)
  })

  it('may be spaced otherwise', () => {
    write(GUIDE, read(GUIDE).replaceAll(/ {2,}/g, ' ').replaceAll(/-{4,}/g, '---'))
    expect(findGaps(root)).toEqual([])
  })

  it('is brought up to date', () => {
    change(RESOURCE, 'messageId: string', 'messageId: string, reason?: string')
    expect(findGaps(root)).toHaveLength(2)
    writeTables(root)
    expect(findGaps(root)).toEqual([])
    expect(read(GUIDE)).toContain('rest.api.pins.add(channelId, messageId, reason?)')
  })
})
