/**
 * Prepared bursts: text frames of one WebSocket stream, as bytes, in which only digits change from burst to burst. The
 * server's work per event stays far below that of any client.
 */
import { Buffer } from 'node:buffer'

/** Digits that stand for the number of the event and of the person. */
const SEQ = '98765432'
const PERSON = '87654321'
const DIGITS = SEQ.length

/** The number before the first event: all numbers have {@link DIGITS} digits. */
export const READY_SEQ = 10_000_000

const person = `A1B2C3D4E5F60718293A4B5C${PERSON}`
const group = 'B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2'
const own = 'D4D4D4D4D4D4D4D4D4D4D4D4D4D4D4D4'
const other = 'E5E5E5E5E5E5E5E5E5E5E5E5E5E5E5E5'
const timestamp = '2026-09-01T09:08:06+08:00'

const frame = (t: string, d: object): string =>
  JSON.stringify({ op: 0, s: Number(SEQ), t, id: `${t}:bench${SEQ}`, d })

/** A group message of some 650 bytes that mentions the bot and a member, in Chinese. */
const groupMessage = frame('GROUP_AT_MESSAGE_CREATE', {
  id: `ROBOT1.0_bench.${SEQ}`,
  content: ` /天气 <@${other}> 上海明天会下雨吗？ `,
  timestamp,
  message_type: 0,
  group_openid: group,
  author: { id: person, member_openid: person, member_role: 'member', username: '小安' },
  mentions: [{ scope: 'single', is_you: true, bot: true, id: own, member_openid: own, username: '机器人' }],
  message_scene: { source: 'default' },
})

/** A private message with the fields of a live one. */
const privateMessage = frame('C2C_MESSAGE_CREATE', {
  id: `ROBOT1.0_bench.${SEQ}!`,
  content: '这个要多少钱？值得吗？ Is it worth the price?',
  timestamp,
  message_type: 0,
  author: { id: person, user_openid: person, union_openid: '', username: '', bot: false },
  message_scene: {
    source: 'default',
    ext: ['msg_idx=REFIDX_bench0002==', `auth_token=${'bench'.repeat(20)}`],
  },
})

/** A channel message that mentions the bot, for clients that know guilds only. */
const channelMessage = frame('AT_MESSAGE_CREATE', {
  id: `08bench${SEQ}`,
  guild_id: '1800000000000000001',
  channel_id: '200001',
  content: '<@!1> 上海明天会下雨吗，要不要带伞？',
  timestamp,
  seq: Number(SEQ),
  seq_in_channel: SEQ,
  author: { id: PERSON, username: '小安', bot: false, avatar: 'https://thirdqq.qlogo.cn/g?b=oidb&s=0' },
  member: { nick: '小安', roles: ['1'], joined_at: '2022-02-03T04:05:06+08:00' },
  mentions: [{ id: '1', username: '机器人', bot: true }],
})

/** Three group messages to a private one. */
const MIXED = [groupMessage, groupMessage, groupMessage, privateMessage]

/** The frame of an unmasked text: two bytes and a length of two bytes. */
const framed = (text: string): Buffer => {
  const body = Buffer.from(text)
  if (body.length < 126 || body.length > 65_535) throw new Error(`no frame of ${body.length} bytes here`)
  const head = Buffer.from([0x81, 126, 0, 0])
  head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, body])
}

const offsetsOf = (bytes: Buffer, digits: string): number[] => {
  const found: number[] = []
  for (let at = bytes.indexOf(digits); at >= 0; at = bytes.indexOf(digits, at + DIGITS)) found.push(at)
  return found
}

const writeDigits = (bytes: Buffer, offset: number, value: number): void => {
  let rest = value
  for (let at = offset + DIGITS - 1; at >= offset; at -= 1) {
    bytes[at] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}

/** Several events as the bytes of one write. */
export interface Burst {
  readonly size: number
  /** The bytes of the first `count` events, the first of them numbered `seq`. Valid until the next call. */
  readonly bytes: (seq: number, count: number) => Buffer
}

/** A burst of messages of `people` people in turn. */
export const createBurst = (size: number, people: number, knowsPeople: boolean): Burst => {
  const frames = Array.from({ length: size }, (_, index) =>
    framed(knowsPeople ? (MIXED[index % MIXED.length] ?? groupMessage) : channelMessage),
  )
  const whole = Buffer.concat(frames)
  let start = 0
  const places = frames.map((bytes) => {
    const shift = (offset: number): number => start + offset
    const place = { seqs: offsetsOf(bytes, SEQ).map(shift), people: offsetsOf(bytes, PERSON).map(shift) }
    start += bytes.length
    return { ...place, end: start }
  })
  const bytes = (seq: number, count: number): Buffer => {
    for (let index = 0; index < count; index += 1) {
      const place = places[index]
      for (const at of place?.seqs ?? []) writeDigits(whole, at, seq + index)
      for (const at of place?.people ?? []) writeDigits(whole, at, (seq + index) % people)
    }
    return whole.subarray(0, places[count - 1]?.end ?? 0)
  }
  return { size, bytes }
}
