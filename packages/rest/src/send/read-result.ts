import type { AuditBoard } from '../audit/audit-board.js'
import { saysForReview } from '../errors/judge.js'
import { isObject } from '../http/read-answer.js'
import type { RestAnswer } from '../pipeline/call.js'
import type { RestStep } from '../pipeline/step.js'
import type { SendMode, SendResult } from './result.js'

const AUDIT_TIMEOUT = 10 * 60_000
const CREATED = 201
const ACCEPTED = 202

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

type Fields = Readonly<Record<string, unknown>>

const auditIdOf = (body: Fields): string | null => {
  const data = body['data']
  const audit = isObject(data) ? data['message_audit'] : undefined
  const nested = isObject(audit) ? text(audit['audit_id']) : null
  // C2C and group answers may name an audit beside the id of a message that was sent (§2.5).
  return nested ?? (text(body['id']) === null ? text(body['audit_id']) : null)
}

/**
 * Whether the message waits for a person. The sources do not agree on the answer (§2.5), so any of its marks will do: an
 * audit id, a code of class `audit`, or a status that says "accepted asynchronously" (§2.4) without the id of a message.
 */
const isAudit = (status: number, body: Fields, auditId: string | null): boolean =>
  auditId !== null ||
  saysForReview(status, body) ||
  ((status === CREATED || status === ACCEPTED) && text(body['id']) === null)

/** Those of the message: some answers of the field wrap them (§2.3). */
const fieldsOf = (body: unknown): Fields => {
  const fields = isObject(body) ? body : {}
  const data = fields['data']
  return text(fields['id']) === null && isObject(data) ? { ...fields, ...data, data } : fields
}

/** Makes a result of the answer to a send (§5.2, §2.5). */
export const readResult = (
  { status, body, traceId }: RestAnswer,
  base: { readonly mode: SendMode; readonly steps: readonly RestStep[] },
  audits: AuditBoard,
): SendResult => {
  const fields = fieldsOf(body)
  const auditId = auditIdOf(fields)
  if (isAudit(status, fields, auditId))
    return {
      kind: 'audit',
      ...base,
      id: null,
      auditId,
      traceId,
      audited: ({ timeout = AUDIT_TIMEOUT, signal } = {}) => audits.verdict(auditId, timeout, signal),
    }
  const { timestamp, ext_info: extra } = fields
  return {
    kind: 'sent',
    ...base,
    id: text(fields['id']),
    timestamp: typeof timestamp === 'string' || typeof timestamp === 'number' ? timestamp : null,
    refIdx: isObject(extra) ? text(extra['ref_idx']) : null,
    traceId,
    body,
  }
}
