/** A platform that accepts files in parts and discards them, in a separate process. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import process from 'node:process'

const BLOCK = 10_485_760
const CONCURRENCY = 4

let port = 0
const partsOf = (size: number): unknown => ({
  upload_id: 'upload_bench',
  block_size: String(BLOCK),
  parts: Array.from({ length: Math.ceil(size / BLOCK) }, (_, index) => ({
    index,
    presigned_url: `http://127.0.0.1:${port}/put/${index}?sign=1`,
  })),
  upload_config: { concurrency: CONCURRENCY, retry_timeout: 300, retry_delay: 1 },
})

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  const isPart = request.method === 'PUT'
  request.on('data', (chunk: Buffer) => {
    if (!isPart) chunks.push(chunk)
  })
  request.on('end', () => {
    const url = request.url ?? ''
    const body = isPart || chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as object)
    const answer = (): unknown => {
      if (url === '/app/getAppAccessToken') return { access_token: 'AT_bench', expires_in: '7200' }
      if (url.endsWith('/upload_prepare')) return partsOf(Number(Reflect.get(body, 'file_size')))
      if (url.endsWith('/files')) return { file_uuid: 'uuid', file_info: 'QUJD', ttl: 300 }
      return {}
    }
    response.setHeader('content-type', 'application/json')
    response.end(isPart ? '' : JSON.stringify(answer()))
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
port = typeof address === 'object' && address ? address.port : 0
process.send?.(port)
