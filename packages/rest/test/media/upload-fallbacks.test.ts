import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { errorCodes } from '@qqkit/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { file, image, MediaError, type RestError, type Target } from '../../src/index.js'
import { onStage, png, reasonOf, type MediaStage } from '../support/media-stage.js'

const CAT = png(3000)
const FILM = Buffer.from('\0\0\0\x18ftypisom0000', 'latin1')
const PAGE = Buffer.from('<!doctype html><title>Log in</title>')
const NOISE = Buffer.from(Array.from({ length: 600 }, (_, index) => (index * 7 + 0x91) % 256))

/** What stands behind which address. */
const FILES: Readonly<Record<string, Buffer>> = {
  '/pic.php': CAT,
  '/cat.png': CAT,
  '/cat.mp4': CAT,
  '/film.php': FILM,
  '/page.png': PAGE,
  '/noise.php': NOISE,
}

let server: Server
let base = ''
let downloads = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    downloads += 1
    response.end(FILES[request.url ?? ''])
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  downloads = 0
})

const allowed = { rest: { media: { download: { allowHosts: ['127.0.0.1'] } } } } as const

interface Answer {
  readonly status: number
  readonly body?: object
  readonly raw?: string
}

const refuse = (
  { sim }: MediaStage,
  answer: Answer,
  match: { readonly route: string; readonly url?: boolean },
  times: number | 'forever' = 1,
): void => {
  sim.faults.add({ on: 'call', match, times, do: { kind: 'answer', ...answer } })
}

/** What the uploads were made of, in order. */
const forms = ({ bodies }: MediaStage, scene = 'c2c'): readonly string[] =>
  bodies(`${scene}.files`).map((body) =>
    body['url'] === undefined ? (body['file_data'] === undefined ? 'parts' : 'whole') : 'url',
  )

const namesOf = (steps: RestError['steps']): readonly string[] =>
  steps.map((step) => (step.kind === 'fallback' ? step.name : step.kind))

const FORMAT = '富媒体文件格式不支持'
const GONE = '富媒体文件下载失败'

/** Refusals that are about the address, whatever they look like. */
const OF_THE_ADDRESS: readonly (readonly [string, Answer])[] = [
  ...[400, 500].flatMap((status): (readonly [string, Answer])[] => [
    [`RS-33 ${status} 850019`, { status, body: { code: 850019, message: 'no' } }],
    [`RS-33 ${status} 850019 beside another number`, { status, body: { code: 850019, err_code: 40034002 } }],
    [`RS-33 ${status} and the text alone`, { status, body: { message: FORMAT } }],
    [`RS-33 ${status}, the text and an unknown number`, { status, body: { code: 85, message: FORMAT } }],
    [`RS-33 ${status}, the text and a known number`, { status, body: { err_code: 12002, message: FORMAT } }],
    [`RS-24 ${status} 850026 with another err_code`, { status, body: { code: 850026, err_code: 40034001 } }],
    [`RS-15 ${status} and the text alone, as plain text`, { status, raw: GONE }],
    [`RS-15 ${status} and the text alone`, { status, body: { message: GONE } }],
    [`RS-15 ${status}, the text and a number`, { status, body: { code: 10000, message: `${GONE}!` } }],
  ]),
  ['RS-33 a success that is none', { status: 200, body: { code: 850019, message: FORMAT } }],
]

describe.each(OF_THE_ADDRESS)('%s', (_what, answer) => {
  it('opens the bytes, once, with the right type', async () =>
    onStage(async (stage) => {
      const { rest, ann, room, bodies } = stage
      for (const target of [ann, room]) {
        downloads = 0
        refuse(stage, answer, { route: 'files', url: true })
        const result = await rest.send(target, { content: 'look', ...image(`${base}/pic.php`) })
        expect(result.kind).toBe('sent')
        expect(namesOf(result.steps)).toEqual(['media_bytes'])
        expect(forms(stage, target.scene)).toEqual(['url', 'whole'])
        expect(bodies(`${target.scene}.files`)[1]).toMatchObject({
          file_type: 1,
          file_data: CAT.toString('base64'),
        })
        expect(downloads).toBe(1)
      }
    }, allowed))

  it('opens them in an upload as well', async () =>
    onStage(async (stage) => {
      const { rest, ann } = stage
      refuse(stage, answer, { route: 'files', url: true })
      const media = await rest.media.upload(ann, `${base}/pic.php`, { type: 'image' })
      expect(media.type).toBe('image')
      expect(namesOf(media.steps)).toEqual(['media_bytes'])
      expect([forms(stage), downloads]).toEqual([['url', 'whole'], 1])
    }, allowed))

  it('opens them in a guild as well', async () =>
    onStage(async (stage) => {
      const { rest, sim } = stage
      const target: Target = { scene: 'channel', id: sim.channel('general').id }
      sim.faults.add({ on: 'call', match: { route: 'channel.send' }, do: { kind: 'answer', ...answer } })
      const result = await rest.send(target, image(`${base}/pic.php`))
      expect(namesOf(result.steps)).toEqual(['media_bytes'])
      expect(downloads).toBe(1)
    }, allowed))

  it('leads to nothing more when the bytes are refused in the same way', async () =>
    onStage(async (stage) => {
      const { rest, ann } = stage
      refuse(stage, answer, { route: 'files' }, 'forever')
      for (const work of [
        () => rest.send(ann, image(`${base}/pic.php`)),
        () => rest.media.upload(ann, `${base}/pic.php`, { type: 'image' }),
      ]) {
        downloads = 0
        const before = forms(stage).length
        const error = await reasonOf(work())
        expect(error).toMatchObject({ delivered: 'no', cause: { situation: 'refused' } })
        const about = (error as RestError).facts
        // That nothing could be downloaded means nothing where bytes were sent: they may still go in parts.
        const ways = about?.mediaNotFetchable ? ['media_bytes', 'media_parts'] : ['media_bytes']
        expect(namesOf((error as RestError).steps)).toEqual(ways)
        expect(forms(stage).slice(before)).toEqual(['url', 'whole', 'parts'].slice(0, ways.length + 1))
        expect(downloads).toBe(1)
      }
    }, allowed))
})

it.each([400, 500])('RS-24 %i and the deeper number alone opens the bytes of an upload', async (status) =>
  onStage(async (stage) => {
    const { rest, ann } = stage
    refuse(stage, { status, body: { err_code: 40034001, message: 'no' } }, { route: 'files', url: true })
    const result = await rest.send(ann, image(`${base}/cat.png`))
    expect(namesOf(result.steps)).toEqual(['media_bytes'])
    expect(forms(stage)).toEqual(['url', 'whole'])
  }, allowed),
)

describe('RS-33 an address that is refused for its format', () => {
  const answer = { status: 400, body: { code: 850019, message: FORMAT } }

  it.each(['/film.php', '/page.png', '/noise.php'])(
    'with bytes of another kind (%s) is an error, and nothing more is uploaded',
    async (path) =>
      onStage(async (stage) => {
        const { rest, ann, sim } = stage
        refuse(stage, answer, { route: 'files' }, 'forever')
        refuse(stage, answer, { route: 'channel.send' })
        const channel: Target = { scene: 'channel', id: sim.channel('general').id }
        for (const work of [
          () => rest.send(ann, image(base + path)),
          () => rest.media.upload(ann, base + path, { type: 'image' }),
          () => rest.send(channel, image(base + path)),
        ]) {
          const error = await reasonOf(work())
          expect(error).toMatchObject({ code: 'media_type', delivered: 'no', cause: { errCode: 850019 } })
          expect(MediaError.is(error)).toBe(true)
        }
        expect(forms(stage)).toEqual(['url', 'url'])
        expect(sim.oracle.executed('channel.send')).toBe(0)
      }, allowed),
  )

  it('is sent as what the bytes are where its ending has lied', async () =>
    onStage(async (stage) => {
      const { rest, ann, bodies } = stage
      refuse(stage, answer, { route: 'files', url: true })
      expect(await rest.media.upload(ann, `${base}/cat.mp4`)).toMatchObject({ type: 'image' })
      expect(bodies('c2c.files')).toMatchObject([{ file_type: 2 }, { file_type: 1 }])
    }, allowed))

  it('is no plain file where its ending has promised an image', async () =>
    onStage(async (stage) => {
      const { rest, ann } = stage
      refuse(stage, answer, { route: 'files', url: true })
      expect(await reasonOf(rest.media.upload(ann, `${base}/page.png`))).toMatchObject({
        code: 'media_type',
        cause: { errCode: 850019 },
      })
      expect(forms(stage)).toEqual(['url'])
    }, allowed))

  it('may be anything where it was to be a plain file', async () =>
    onStage(async (stage) => {
      const { rest, ann, bodies } = stage
      refuse(stage, answer, { route: 'files', url: true })
      const result = await rest.send(ann, file(`${base}/noise.php`))
      expect(namesOf(result.steps)).toEqual(['media_bytes'])
      expect(bodies('c2c.files')[1]).toMatchObject({ file_type: 4 })
    }, allowed))
})

const HTML = '<html><center><h1>413 Request Entity Too Large</h1></center><hr>stgw</html>'

/** Refusals of a whole file that say nothing of the file itself. */
const OF_THE_FORM: readonly (readonly [string, Answer])[] = [
  ['400 without a body', { status: 400 }],
  ['400 with an unknown code', { status: 400, body: { code: 85, message: 'no' } }],
  ['400 with a code of permission', { status: 400, body: { code: 11253, message: 'no' } }],
  ['400 and 850026: there was nothing to download', { status: 400, body: { code: 850026, message: 'no' } }],
  ['400 and a passing fault', { status: 400, body: { code: 850027, message: 'no' } }],
  ['403', { status: 403 }],
  ['413 with a page', { status: 413, raw: HTML }],
  ['500 without a body', { status: 500 }],
  ['500 with an unknown code', { status: 500, body: { code: 85, message: 'no' } }],
  ['500 and a passing fault', { status: 500, body: { code: 850027, message: 'no' } }],
  ['500 and a code of the inside', { status: 500, body: { code: 12003, message: 'no' } }],
  ['502 with a page', { status: 502, raw: '<html>' }],
  ['503', { status: 503 }],
  ['504', { status: 504 }],
]

describe.each(OF_THE_FORM)('RS-34 a whole file refused with %s', (_what, answer) => {
  it('goes in parts, once, and says so', async () =>
    onStage(async (stage) => {
      const { rest, ann, room, settle, records } = stage
      for (const target of [ann, room]) {
        refuse(stage, answer, { route: 'files' })
        const result = await settle(rest.send(target, image(png(3000))))
        expect(result.kind).toBe('sent')
        expect(namesOf(result.steps)).toEqual(['media_parts'])
        // The whole file left once.
        expect(forms(stage, target.scene)).toEqual(['whole', 'parts'])
      }
      expect(records).toContainEqual(expect.objectContaining({ event: 'rest.fallback', name: 'media_parts' }))
    }))

  it('is not tried a third time', async () =>
    onStage(async (stage) => {
      const { rest, ann, settle, bodies } = stage
      refuse(stage, answer, { route: 'files' })
      refuse(
        stage,
        { status: 400, body: { code: 85, message: 'no parts' } },
        { route: 'c2c.upload-prepare' },
        'forever',
      )
      const error = await settle(reasonOf(rest.media.upload(ann, CAT)))
      expect(error).toMatchObject({ errCode: 85, cause: { httpStatus: answer.status } })
      expect(namesOf((error as RestError).steps)).toEqual(['media_parts'])
      expect([forms(stage), bodies('c2c.upload-prepare').length]).toEqual([['whole'], 1])
    }))
})

describe('RS-34 what a code says of the file holds for its parts', () => {
  /** Besides those of class `unreachable` and `content`; what is too frequent or a stale token is repeated as it is. */
  const NOT_IN_PARTS: ReadonlySet<number> = new Set([850012, 850018, 850019, 850031, 40093002])
  const rows = Object.values(errorCodes).filter(({ class: name }) => name !== 'audit')
  const repeated = new Set(['limited', 'transientOnce'])
  const STALE = new Set([11241, 11243, 11244])

  it.each([400, 500])('beside HTTP %d: each code of the tables', async (status) =>
    onStage(
      async (stage) => {
        const { rest, ann, settle, bodies } = stage
        const tried: number[] = []
        const wholes = (): number => forms(stage).filter((form) => form === 'whole').length
        for (const { code, class: name } of rows) {
          const [before, prepared] = [wholes(), bodies('c2c.upload-prepare').length]
          refuse(stage, { status, body: { code, err_code: code, message: 'no' } }, { route: 'files' })
          await settle(rest.media.upload(ann, png(100)).catch(() => {}))
          if (bodies('c2c.upload-prepare').length > prepared) tried.push(code)
          // A whole file is sent again for a stale token and a pace only, and once for what may be repeated once.
          const again = ['limited', 'transientOnce'].includes(name) || STALE.has(code)
          const left = wholes() - before
          expect(left, `${code}`).toBeLessThanOrEqual(again ? 2 : 1)
        }
        const expected = rows.filter(
          (row) =>
            row.mediaNotFetchable ||
            !(
              NOT_IN_PARTS.has(row.code) ||
              ['unreachable', 'content'].includes(row.class) ||
              repeated.has(row.class)
            ),
        )
        expect(tried).toEqual(expected.map(({ code }) => code).filter((code) => !STALE.has(code)))
      },
      { sim: { limits: false }, rest: { limits: false } },
    ),
  )
})

it('RS-34 a page after an address: bytes, then parts, each once', async () =>
  onStage(async (stage) => {
    const { rest, ann, bodies } = stage
    refuse(
      stage,
      { status: 400, body: { code: 850026, err_code: 40034001, message: GONE } },
      { route: 'files', url: true },
    )
    refuse(stage, { status: 500 }, { route: 'files', url: false }, 1)
    const result = await rest.send(ann, image(`${base}/cat.png`))
    expect(namesOf(result.steps)).toEqual(['media_bytes', 'media_parts'])
    expect(forms(stage)).toEqual(['url', 'whole', 'parts'])
    expect([downloads, bodies('c2c.upload-prepare').length]).toEqual([1, 1])
  }, allowed))

it('RS-34 the parts have the time that parts need, however small the file', async () =>
  onStage(async (stage) => {
    const { rest, ann, clock, settle } = stage
    refuse(stage, { status: 500 }, { route: 'files' })
    // The platform asks for patience with the part, for longer than one call would have had.
    refuse(
      stage,
      { status: 400, body: { code: 40093001, message: 'later' } },
      { route: 'c2c.upload-part-finish' },
      250,
    )
    const began = clock.now()
    const media = await settle(rest.media.upload(ann, CAT))
    expect(namesOf(media.steps)).toEqual(['media_parts'])
    expect(clock.now() - began).toBeGreaterThan(200_000)
  }))

it('RS-34 a connection that breaks is no refusal: the whole file is tried again', async () =>
  onStage(async (stage) => {
    const { rest, ann, settle } = stage
    stage.sim.faults.add({ on: 'call', match: { route: 'files' }, do: { kind: 'reset', when: 'before' } })
    const media = await settle(rest.media.upload(ann, CAT))
    expect(namesOf(media.steps)).toEqual(['retry'])
    expect(forms(stage).at(-1)).toBe('whole')
  }))

describe('RS-34 against the platform, in every position of its switch', () => {
  it.each([
    ['accept', []],
    ['refuse_c2c_400', ['media_parts']],
    ['refuse_c2c_500', ['media_parts']],
  ] as const)('file_data: %s', async (fileData, ways) =>
    onStage(
      async (stage) => {
        const { rest, ann, room, settle } = stage
        for (const [target, expected] of [
          [ann, ways],
          [room, []],
        ] as const) {
          const sentNow = await settle(rest.send(target, { content: 'look', ...image(png(3000)) }))
          expect([sentNow.kind, namesOf(sentNow.steps)]).toEqual(['sent', expected])
          const media = await settle(rest.media.upload(target, png(2000)))
          expect(namesOf(media.steps)).toEqual(expected)
        }
        const each = ways.length === 0 ? ['whole'] : ['whole', 'parts']
        expect(forms(stage)).toEqual([...each, ...each])
        expect(forms(stage, 'group')).toEqual(['whole', 'whole'])
      },
      { sim: { live: { fileData } } },
    ),
  )

  it.each(['accept', 'refuse_c2c_500'] as const)(
    'RS-33 an address that looks like a page, with file_data: %s',
    async (fileData) =>
      onStage(
        async (stage) => {
          const { rest, ann } = stage
          const result = await rest.send(ann, image(`${base}/pic.php`))
          expect(namesOf(result.steps)).toEqual(
            fileData === 'accept' ? ['media_bytes'] : ['media_bytes', 'media_parts'],
          )
          expect(downloads).toBe(1)
        },
        { ...allowed, sim: { live: { fileData } } },
      ),
  )
})

it('RS-25 40093001 where an upload in parts is asked for is a refusal: asked once, with its own advice', async () =>
  onStage(
    async (stage) => {
      const { rest, ann, settle, bodies } = stage
      refuse(
        stage,
        { status: 400, body: { code: 40093001, message: 'no' } },
        { route: 'c2c.upload-prepare' },
        'forever',
      )
      const error = await settle(reasonOf(rest.media.upload(ann, CAT)))
      expect(error).toMatchObject({ errCode: 40093001, situation: 'refused' })
      expect((error as RestError).advice?.en).toContain('hashes')
      expect(bodies('c2c.upload-prepare')).toHaveLength(1)
    },
    { rest: { media: { chunkAbove: 100 } } },
  ))
