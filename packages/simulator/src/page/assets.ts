import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** Content types of the built page, by file extension; other files are not served. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** File names that vite produces; no dots or slashes that could leave the folder. */
const SAFE = /^(?:assets\/)?[\w-]+\.[a-z]+$/

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>qqkit simulator</title>
<p>The simulator runs, but its page has not been built: <code>pnpm -F @qqkit/simulator build</code></p>
<p>模拟器正在运行，但页面还没有构建：<code>pnpm -F @qqkit/simulator build</code></p>
`

/** Reads one file of the built page; `null` when it does not exist. */
const read = async (folder: string, name: string): Promise<Buffer | null> => {
  try {
    return await readFile(path.join(folder, name))
  } catch {
    return null
  }
}

/** Answers with the page, or with instructions to build it. */
export const serveIndex = async (folder: string): Promise<Response> => {
  const body = await read(folder, 'index.html')
  return new Response(body === null ? NOT_BUILT : new Uint8Array(body), {
    status: body === null ? 503 : 200,
    headers: { 'content-type': contentTypes['.html'] ?? '', 'cache-control': 'no-store' },
  })
}

/** Answers with a file of the page. Those under `assets/` carry a hash in their names and never change. */
export const serveAsset = async (folder: string, name: string): Promise<Response> => {
  const type = contentTypes[path.extname(name)]
  const body = SAFE.test(name) && type !== undefined ? await read(folder, name) : null
  if (body === null || type === undefined) return Response.json({ message: 'No such file.' }, { status: 404 })
  const lasting = name.startsWith('assets/')
  return new Response(new Uint8Array(body), {
    headers: {
      'content-type': type,
      'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}
