import type { HttpAnswer } from '../kernel/effect.js'
import type { KernelWorld } from '../kernel/kernel.js'
import { drawHex } from '../kernel/random.js'
import type { ErrorBodyForm } from '../kernel/settings.js'
import { errorRow } from '../rules/errors.js'
import type { ErrorRow } from '../rules/errors/error-row.js'

/** An answer before it is serialised. */
export interface Answer {
  readonly status: number
  /** `undefined` for an empty body. */
  readonly json?: unknown
  /** The body as text or bytes, in place of `json`. */
  readonly raw?: string | Uint8Array
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** What the log keeps of a body with a secret. */
  readonly logged?: string
  /** Business code, for the log. */
  readonly code?: number
  /** Whether the platform fulfilled the call; default: the status is 2xx and there is no code. */
  readonly executed?: boolean
}

/** A success with a JSON body. */
export const ok = (json: unknown, status = 200): Answer => ({ status, json })

/** A success without a body (§2.3). */
export const empty = (status = 204): Answer => ({ status })

interface ErrorFacts {
  readonly code: number
  /** The code of a deeper layer, or the same code. */
  readonly deeper: number
  readonly message: string
  readonly trace: string
}

/** A body with one code has the documented one. */
const errorBodies: Readonly<Record<ErrorBodyForm, (facts: ErrorFacts) => object>> = {
  '2022': ({ code, message }) => ({ code, message }),
  '2024': ({ code, deeper, message, trace }) => ({ message, code, err_code: deeper, trace_id: trace }),
  '2026': ({ code, message, trace }) => ({ err_code: code, message, trace_id: trace }),
  all: ({ code, deeper, message, trace }) => ({ message, code, err_code: deeper, trace_id: trace }),
}

/** Overrides of a refusal's row in the error table. */
export interface Refusal {
  readonly message?: string
  readonly status?: number
  readonly data?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly executed?: boolean
}

const statusOf = (world: KernelWorld, { status }: ErrorRow): number =>
  status === 'final' ? Number(world.live.refusalStatus) : status

/** A business error, with the fields of the configured generation (§2.3). */
export const refuse = (world: KernelWorld, code: number, refusal: Refusal = {}): Answer => {
  const row = errorRow(code)
  const trace = drawHex(world.random, 32)
  const deeper = world.live.errorNumbers === 'differ' ? (row.deeper ?? code) : code
  const message = refusal.message ?? row.message
  return {
    status: refusal.status ?? statusOf(world, row),
    json: {
      ...errorBodies[world.settings.errorBody]({ code, deeper, message, trace }),
      ...(refusal.data === undefined ? {} : { data: refusal.data }),
    },
    headers: { 'x-tps-trace-id': trace, ...refusal.headers },
    code,
    executed: refusal.executed ?? false,
  }
}

/** A refusal with a text and no code (§2.9). Its status follows the live switch `refusalStatus` unless given. */
export const refuseInWords = (
  world: KernelWorld,
  message: string,
  refusal: Omit<Refusal, 'message'> = {},
): Answer => {
  const trace = drawHex(world.random, 32)
  return {
    status: refusal.status ?? Number(world.live.refusalStatus),
    json: { message, trace_id: trace },
    headers: { 'x-tps-trace-id': trace, ...refusal.headers },
    executed: refusal.executed ?? false,
  }
}

/** Serialises an answer. Every one carries a trace id (§2.2). */
export const serialise = (world: KernelWorld, answer: Answer): HttpAnswer => {
  const hasJson = 'json' in answer && answer.json !== undefined
  const body = answer.raw ?? (hasJson ? JSON.stringify(answer.json) : '')
  const headers: Record<string, string> = { ...answer.headers }
  headers['x-tps-trace-id'] ??= drawHex(world.random, 32)
  if (body !== '') headers['content-type'] = answer.type ?? 'application/json'
  return { status: answer.status, headers, body }
}
