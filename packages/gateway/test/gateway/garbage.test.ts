import { expect, it } from 'vitest'

import { Rig } from '../support/rig.js'

it.each([
  ['an array', '[1,2]'],
  ['a number', '7'],
  ['null', 'null'],
  ['an unknown op', '{"op":77,"d":{}}'],
  ['a textual op', '{"op":"0","t":"X"}'],
  ['an event without a name', '{"op":0,"s":5,"d":{}}'],
  ['an event with a numeric name', '{"op":0,"s":5,"t":5,"d":{}}'],
  ['a second HELLO', '{"op":10,"d":{"heartbeat_interval":1}}'],
  ['a second READY', '{"op":0,"s":2,"t":"READY","d":{}}'],
])('GW-23 %s is recorded, and the connection survives', async (_what, text) => {
  const rig = await new Rig().ready()
  const before = rig.records.length
  rig.socket.serverSendsRaw(text)
  expect(rig.records.slice(before).map(({ event }) => event)).toEqual([
    expect.stringMatching(/^gateway\.(malformed|unexpected)$/),
  ])
  expect(rig.shard.state).toBe('ready')
  rig.socket.serverDispatches(9)
  expect(rig.seqs).toEqual([9])
})

it.each([
  ['text that is no JSON', 'not json {'],
  ['cut JSON', '{"op":0,"s":5,"t":"C2C_'],
  ['noise in bytes', new Uint8Array([255, 254, 0])],
  ['an empty message', ''],
])('GW-23 %s may have been an event: one new connection asks for it again', async (_what, data) => {
  const rig = await new Rig().ready()
  await rig.pass(6000)
  rig.socket.serverDispatches(4).serverSendsRaw(data)
  expect(rig.shard.state).toBe('waiting')
  expect(rig.records.at(-1)).toMatchObject({
    event: 'gateway.disconnected',
    message: expect.stringContaining('the gateway sent') as string,
  })
  await rig.pass(1000)
  rig.socket.serverGreets()
  expect(rig.socket.sentOf(6)).toMatchObject([{ d: { seq: 4 } }])
  rig.socket.serverDispatches(5).serverResumed(6)
  expect(rig.seqs).toEqual([4, 5])
  expect(rig.gaps).toEqual([])
})

it('GW-23 an event in bytes is read all the same', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverSendsRaw(new TextEncoder().encode('{"op":0,"s":3,"t":"C2C_MESSAGE_CREATE","d":{}}'))
  expect(rig.seqs).toEqual([3])
})

it('GW-23 a message that stays unreadable is a gap, not a loop', async () => {
  const rig = await new Rig().ready()
  for (let time = 0; time < 20; time += 1) {
    if (rig.shard.state === 'ready') rig.socket.serverSendsRaw('noise')
    await rig.pass(1000)
    if (rig.shard.state === 'greeting' || rig.shard.state === 'opening')
      rig.socket.serverGreets().serverResumed(2)
  }
  expect(rig.transport.sockets).toHaveLength(2)
  expect(rig.gaps.length).toBeGreaterThan(0)
})

it('GW-23 wrong types beside a good event do not cost the event', async () => {
  const rig = await new Rig().ready()
  rig.socket.serverSendsRaw('{"op":0,"s":"7","id":8,"t":"C2C_MESSAGE_CREATE","d":{}}')
  rig.socket.serverSendsRaw('{"op":0,"t":"C2C_MESSAGE_CREATE","d":{}}')
  expect(rig.seqs).toEqual([null, undefined])
  expect(rig.shard).toMatchObject({ received: 1, committed: 1 })
})

it('GW-23 the cap on messages is handed to the socket', async () => {
  const rig = await new Rig({ maxPayload: 1000 }).start()
  expect(rig.socket.options.maxPayload).toBe(1000)
})
