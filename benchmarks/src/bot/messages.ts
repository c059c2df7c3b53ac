/** Milliseconds since 1970 with fractions: comparable between the processes of one machine. */
export const preciseNow = (): number => performance.timeOrigin + performance.now()

const openid = (person: number): string => person.toString(16).toUpperCase().padStart(32, 'A')

/** A private message of about 600 bytes, as text; its content ends with the time it was sent. */
export const c2cMessage = (seq: number, person: number): string => {
  const id = openid(person)
  return JSON.stringify({
    op: 0,
    s: seq,
    t: 'C2C_MESSAGE_CREATE',
    id: `C2C_MESSAGE_CREATE:bench${seq}`,
    d: {
      id: `ROBOT1.0_bench.${seq}!`,
      content: `what does this cost, and is it worth it? ${preciseNow()}`,
      timestamp: new Date().toISOString(),
      message_type: 0,
      author: { id, user_openid: id, union_openid: '', username: '', bot: false },
      message_scene: {
        source: 'default',
        ext: ['msg_idx=REFIDX_bench0002==', `auth_token=${'bench'.repeat(30)}`],
      },
    },
  })
}

/** The time at which a message of {@link c2cMessage} was sent, from its content. */
export const sentAt = (content: string): number => Number(content.slice(content.lastIndexOf(' ')))

/** A channel message that mentions the bot, for clients that know guilds only. */
export const channelMessage = (seq: number): string =>
  JSON.stringify({
    op: 0,
    s: seq,
    t: 'AT_MESSAGE_CREATE',
    id: `AT_MESSAGE_CREATE:bench${seq}`,
    d: {
      id: `08bench${seq}`,
      guild_id: '1800000000000000001',
      channel_id: '200001',
      content: '<@!1> hello',
      timestamp: new Date().toISOString(),
      seq_in_channel: String(seq),
      author: { id: '1234', username: 'ann', bot: false },
      member: { nick: 'ann', roles: ['1'], joined_at: '2022-02-03T04:05:06+08:00' },
    },
  })
