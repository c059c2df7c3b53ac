import type { PageHost } from './contract/page-host.js'

/** Types that a browser shows within the page; any other file is only downloaded. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|bmp)|video\/(?:mp4|webm)|audio\/(?:wav|ogg|mpeg))$/

/** One range of bytes, as players ask for it. */
const rangeOf = (header: string | undefined, size: number): readonly [number, number] | null => {
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' || Number(from) >= size) return null
  return [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)]
}

/** Answers with a kept file of a message. */
export const serveMedia = (host: PageHost, key: string, range: string | undefined): Response => {
  const kept = host.content(key)
  if (kept === null) return Response.json({ message: 'No such file.' }, { status: 404 })
  const shown = kept.type !== null && SHOWN.test(kept.type)
  const headers = {
    'content-type': shown ? (kept.type ?? '') : 'application/octet-stream',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
    ...(shown ? {} : { 'content-disposition': 'attachment' }),
  }
  const part = rangeOf(range, kept.bytes.length)
  if (part === null) return new Response(Uint8Array.from(kept.bytes), { headers })
  const [from, to] = part
  return new Response(Uint8Array.from(kept.bytes.subarray(from, to + 1)), {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${to}/${kept.bytes.length}` },
  })
}

const KINDS = ['image', 'video', 'voice', 'file'] as const

const sizeIn = (text: string | undefined): number | undefined =>
  /^\d{1,5}$/.test(text ?? '') ? Number(text) : undefined

/** Keeps an uploaded file that a person is about to send, and answers with its attachment. */
export const takeMedia = async (
  host: PageHost,
  query: Readonly<Record<string, string>>,
  request: Request,
): Promise<Response> => {
  const bytes = new Uint8Array(await request.arrayBuffer())
  const kind = KINDS.find((each) => each === query['kind'])
  const [width, height] = [sizeIn(query['width']), sizeIn(query['height'])]
  return Response.json(
    host.attach(bytes, {
      name: (query['name'] ?? '').slice(0, 200),
      ...(kind === undefined ? {} : { kind }),
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
    }),
  )
}
