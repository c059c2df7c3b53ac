import { crc32, deflateSync } from 'node:zlib'

const chunk = (name: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** A grey PNG of this size. With `noise`, no two bytes in a row are equal, so that it stays large. */
export const png = (width: number, height: number, noise = false): Buffer => {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = 8
  const rows = Buffer.alloc((width + 1) * height, 170)
  for (let at = 0; at < rows.length; at += 1) {
    if (at % (width + 1) === 0) rows[at] = 0
    else if (noise) rows[at] = (at * 7919 + (at >> 3) * 104_729) & 255
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: noise ? 0 : 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
