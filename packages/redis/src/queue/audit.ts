/** The queue at one moment. */
export interface QueueSnapshot {
  /** By id. */
  readonly bodies: ReadonlyMap<string, string>
  /** Conversation → id of its first event. */
  readonly ready: ReadonlyMap<string, string>
  /** Conversation → id and token, with a blank between. */
  readonly own: ReadonlyMap<string, string>
  /** Conversation and id, with a NUL between, in their order. */
  readonly wait: readonly string[]
  /** Id → how many workers died with it. */
  readonly tries: ReadonlyMap<string, number>
  /** Token → end of the lease, wall ms of the server. */
  readonly workers: ReadonlyMap<string, number>
  /** Bodies of events that were given up. */
  readonly dead: readonly string[]
}

/**
 * What is wrong with a queue, as sentences. Every unfinished conversation is in exactly one of `ready` and `own`; all its other
 * ids are in `wait`, and larger; the bodies are those of all ids.
 */
export const audit = ({ bodies, ready, own, wait, tries, workers }: QueueSnapshot): readonly string[] => {
  const faults: string[] = []
  const heads = new Map(ready)
  for (const [conversation, owner] of own) {
    const [id = '', token = ''] = owner.split(' ')
    if (heads.has(conversation)) faults.push(`${conversation} is ready and owned`)
    heads.set(conversation, id)
    if (!workers.has(token)) faults.push(`${conversation} is owned by ${token}, which has no lease`)
  }
  const ids = new Set(heads.values())
  if (ids.size < heads.size) faults.push('one id heads two conversations')
  for (const member of wait) {
    const at = member.lastIndexOf('\0')
    const [conversation, id] = [member.slice(0, at), member.slice(at + 1)]
    const head = heads.get(conversation)
    if (head === undefined) faults.push(`${id} waits behind nothing`)
    else if (Number(id) <= Number(head)) faults.push(`${id} waits behind ${head}`)
    if (ids.has(id)) faults.push(`${id} is in two places`)
    ids.add(id)
  }
  for (const id of ids) if (!bodies.has(id)) faults.push(`${id} has no body`)
  for (const id of bodies.keys()) if (!ids.has(id)) faults.push(`${id} is in no conversation`)
  for (const id of tries.keys()) if (!bodies.has(id)) faults.push(`lives of ${id} are left over`)
  return faults
}
