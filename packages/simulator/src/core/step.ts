import { cancelCall, executeLate, handleCall } from './calls/handle-call.js'
import { closeCall } from './calls/open-call.js'
import { expireClick } from './events/clicks.js'
import { postNow, pushDone, sendPush } from './events/webhook-push.js'
import { checkHeartbeat, connect, handshake } from './gateway/connect.js'
import { receive } from './gateway/receive.js'
import { checkAnswer } from './gateway/server-heartbeat.js'
import { dropSession, resumeSession } from './gateway/session.js'
import type { Connection } from './gateway/state.js'
import { breakConnection, closeConnection, connectionGone, sendText } from './gateway/wire.js'
import { runStrategy } from './group/strategy.js'
import type { Effect } from './kernel/effect.js'
import type { Input } from './kernel/input.js'
import { emit } from './kernel/kernel.js'
import type { Task } from './kernel/task.js'
import { nextDue, takeDue } from './kernel/timer-heap.js'
import { judge } from './messages/audit.js'
import { closeCodes } from './rules/close-codes.js'
import { expireStream } from './streams/stream.js'
import type { World } from './world/world.js'

const resumeLater = (world: World, connection: Connection, id: string, seq: number): void => {
  const session = world.sessions.get(id)
  if (session && connection.state === 'open') resumeSession(world, connection, session, seq)
}

const runTask = (world: World, task: Task): void => {
  switch (task.kind) {
    case 'send':
    case 'close':
    case 'resume':
    case 'break':
    case 'frame':
    case 'check-heartbeat':
    case 'check-answer':
    case 'cut': {
      const connection = world.connections.get(task.connection)
      if (!connection) return
      if (task.kind === 'send') sendText(world, connection, task.data, task.facts)
      else if (task.kind === 'close') closeConnection(world, connection, task.code, task.reason)
      else if (task.kind === 'resume') resumeLater(world, connection, task.session, task.seq)
      else if (task.kind === 'break') breakConnection(world, connection, task.how)
      else if (task.kind === 'frame') sendText(world, connection, task.text, { op: null })
      else if (task.kind === 'check-heartbeat') checkHeartbeat(world, connection)
      else if (task.kind === 'check-answer') checkAnswer(world, connection, task.askedAt)
      else closeConnection(world, connection, closeCodes.expired.code, closeCodes.expired.reason)
      return
    }
    case 'expire-session': {
      const session = world.sessions.get(task.session)
      if (session && session.expiresAt !== null && session.expiresAt <= world.now)
        dropSession(world, session, 'expired')
      return
    }
    case 'respond': {
      const open = world.calls.get(task.call)
      if (!open) return
      emit(world, { kind: 'respond', call: task.call, answer: task.answer })
      closeCall(world, open, task.answer.status, task.answer.body)
      return
    }
    case 'execute':
      executeLate(world, task.call, task.request)
      return
    case 'judge':
      judge(world, task.audit, true)
      return
    case 'miss-click':
      expireClick(world, task.interaction)
      return
    case 'leave-stream':
      expireStream(world, task.stream)
      return
    case 'run-strategy':
      runStrategy(world, task.strategy)
      return
    case 'push':
      sendPush(world, task.push)
      return
    case 'post':
      postNow(world, task.push)
      return
  }
}

const take = (world: World, input: Input): void => {
  switch (input.kind) {
    case 'handshake':
      handshake(world, input.connection, input.path)
      return
    case 'opened':
      connect(world, input.connection)
      return
    case 'received': {
      const connection = world.connections.get(input.connection)
      if (connection) receive(world, connection, input.data)
      return
    }
    case 'closed': {
      const connection = world.connections.get(input.connection)
      if (connection) connectionGone(world, connection, input.code, input.reason)
      return
    }
    case 'called':
      handleCall(world, input.call, input.request)
      return
    case 'cancelled':
      cancelCall(world, input.call)
      return
    case 'pushed':
      pushDone(world, input.push, input.outcome)
      return
    case 'tick':
      return
  }
}

/** Runs everything that is due. */
const runDue = (world: World): void => {
  for (let task = takeDue(world.timers, world.now); task; task = takeDue(world.timers, world.now)) {
    runTask(world, task)
  }
}

/** Runs all tasks that are due at `now`, then handles one input. Returns the effects for the adapter. */
export const step = (world: World, now: number, input: Input): readonly Effect[] => {
  world.now = Math.max(world.now, now)
  runDue(world)
  take(world, input)
  return world.effects.splice(0)
}

/** Runs all tasks that are due at `now`, then an action of a person or of the test. */
export const act = <T>(
  world: World,
  now: number,
  action: (world: World) => T,
): { readonly result: T; readonly effects: readonly Effect[] } => {
  world.now = Math.max(world.now, now)
  runDue(world)
  const result = action(world)
  return { result, effects: world.effects.splice(0) }
}

/** When the next task is due, in ms since the epoch, or `null`. */
export const dueAt = (world: World): number | null => nextDue(world.timers)
