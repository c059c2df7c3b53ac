import { type Answer, refuse, refuseInWords, serialise } from '../http/answers.js'
import type { OpenCall } from '../http/state.js'
import type { CallAction } from '../kernel/faults.js'
import type { HttpRequest } from '../kernel/input.js'
import { emit, later } from '../kernel/kernel.js'
import type { World } from '../world/world.js'
import { closeCall, execute, respond } from './open-call.js'
import type { Prepared } from './prepare-call.js'

/** Default time from an early answer to the end of the execution, in ms. */
const TAKES = 100

/** The answer of a fault, in place of the platform's own. */
const faultAnswer = (
  world: World,
  action: Extract<CallAction, { readonly kind: 'answer' | 'error' }>,
): Answer => {
  if (action.kind === 'error') {
    const status = action.status === undefined ? {} : { status: action.status }
    if (action.code === null) return refuseInWords(world, action.message ?? '', status)
    return refuse(world, action.code, {
      ...(action.message === undefined ? {} : { message: action.message }),
      ...status,
    })
  }
  return {
    status: action.status,
    ...(action.raw === undefined ? {} : { raw: action.raw }),
    ...(action.type === undefined ? {} : { type: action.type }),
    ...(action.headers === undefined ? {} : { headers: action.headers }),
    ...('body' in action ? { json: action.body } : {}),
  }
}

/** Postpones the execution of a call by `ms` milliseconds. */
const postponeCall = (world: World, open: OpenCall, request: HttpRequest, ms: number): void => {
  open.executing = true
  later(world, ms, { kind: 'execute', call: open.call, request })
}

const answerAnyway = (
  world: World,
  open: OpenCall,
  prepared: Prepared,
  request: HttpRequest,
  action: Extract<CallAction, { readonly kind: 'answer' | 'error' }>,
): void => {
  if (action.when === 'after') execute(open, prepared)
  const answer = faultAnswer(world, action)
  open.code = answer.code ?? null
  if (action.when !== 'during') {
    respond(world, open, answer)
    return
  }
  const wire = serialise(world, answer)
  emit(world, { kind: 'respond', call: open.call, answer: wire })
  open.given = { status: wire.status, body: wire.body, at: world.now }
  postponeCall(world, open, request, action.takes ?? TAKES)
}

/** Applies a fault to a call. */
export const applyCallFault = (
  world: World,
  open: OpenCall,
  prepared: Prepared,
  request: HttpRequest,
  action: CallAction,
): void => {
  switch (action.kind) {
    case 'answer':
    case 'error':
      answerAnyway(world, open, prepared, request, action)
      return
    case 'delay':
      if (action.when === 'before') postponeCall(world, open, request, action.ms)
      else {
        const answer = serialise(world, execute(open, prepared))
        later(world, action.ms, { kind: 'respond', call: open.call, answer })
      }
      return
    case 'hang':
    case 'reset': {
      const { when = 'before' } = action
      const answer = when === 'before' ? null : execute(open, prepared)
      const partial = when === 'during' && answer ? serialise(world, answer) : null
      if (action.kind === 'reset') {
        emit(world, { kind: 'abort', call: open.call, partial })
        closeCall(world, open, 0, '')
      } else if (partial) emit(world, { kind: 'begin', call: open.call, partial })
      // A hanging call stays open until the client aborts it.
    }
  }
}
