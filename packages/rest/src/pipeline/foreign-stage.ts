import { encodeBody } from '../http/encode-body.js'
import { endingWith } from './call-end.js'
import type { LiveCall, LiveNext, Middleware, RestAnswer, RestCall, Stage } from './call.js'

const shown = (call: LiveCall): RestCall => {
  const { content: _content, outer: _outer, end, ...rest } = call
  return { ...rest, signal: end.signal }
}

/** Passes on what a stage made of a call. Its own body is written anew, and its own signal ends what comes after it. */
const passOn = async (changed: RestCall, call: LiveCall, next: LiveNext): Promise<RestAnswer> => {
  const { signal, ...rest } = changed
  const { outer } = call
  const content = rest.body === call.body ? call.content : encodeBody(rest.body)
  if (signal === call.end.signal) return next({ ...rest, content, outer, end: call.end })
  return endingWith(signal, (end) => next({ ...rest, content, outer, end }))
}

/** Lets a stage of someone else's stand among ours. What it throws before it returns a promise becomes a rejection. */
export const foreignStage =
  (stage: Middleware): Stage =>
  async (call, next) =>
    stage(shown(call), (changed) => passOn(changed, call, next))
