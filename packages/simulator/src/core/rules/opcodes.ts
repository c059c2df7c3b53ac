/** Opcodes (§3.2). */
export const opcodes = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
  callbackAck: 12,
  callbackValidation: 13,
} as const
