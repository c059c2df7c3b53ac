import { type Answer, serialise } from '../http/answers.js'
import type { OpenCall } from '../http/state.js'
import { emit, record } from '../kernel/kernel.js'
import { logText } from '../kernel/log-text.js'
import type { World } from '../world/world.js'
import type { Prepared } from './prepare-call.js'

/** Writes the call into the log and forgets it. `status` 0 means no answer; `at` is the moment of the answer. */
export const closeCall = (
  world: World,
  open: OpenCall,
  status: number,
  response: string | Uint8Array,
  at: number = world.now,
): void => {
  world.calls.delete(open.call)
  record(world, {
    kind: 'call',
    call: open.call,
    bot: open.bot,
    method: open.method,
    path: open.path,
    route: open.route,
    request: open.request,
    status,
    code: open.code,
    response: typeof response === 'string' ? logText(response) : `<${response.length} bytes>`,
    executed: open.executed,
    fault: open.fault,
    ms: at - open.startedAt,
  })
}

/** Executes a call and records whether the platform fulfilled it. */
export const execute = (open: OpenCall, prepared: Prepared): Answer => {
  const answer = prepared.execute()
  open.code = answer.code ?? null
  open.executed = answer.executed ?? (answer.status >= 200 && answer.status < 300)
  return answer
}

/** Answers a call now. */
export const respond = (world: World, open: OpenCall, answer: Answer): void => {
  const wire = serialise(world, answer)
  emit(world, { kind: 'respond', call: open.call, answer: wire })
  closeCall(world, open, wire.status, answer.logged ?? wire.body)
}
