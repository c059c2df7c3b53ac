import type { CallAction, MessageEntry, Simulator } from '@qqkit/simulator'

/** A text as a model makes it, in pieces of all sizes. */
export const makePieces = (random: () => number, count: number, longest: number): readonly string[] => {
  const letters = Array.from('abcdefghijklm 中文字符，。\n😀*')
  const letter = (): string => letters[Math.floor(random() * letters.length)] ?? ''
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + Math.floor(random() * longest) }, letter).join(''),
  )
}

/** What can become of a chunk or a send. */
const FAULTS: readonly CallAction[] = [
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'during' },
  { kind: 'reset', when: 'after' },
  { kind: 'hang', when: 'before' },
  { kind: 'hang', when: 'after' },
  { kind: 'delay', ms: 700 },
  { kind: 'answer', status: 502, raw: '<html>', type: 'text/html', when: 'before' },
  { kind: 'answer', status: 502, raw: '<html>', type: 'text/html', when: 'after' },
  { kind: 'answer', status: 503, raw: '<html>', type: 'text/html', when: 'before' },
  { kind: 'answer', status: 401, body: { code: 11244, message: 'token expired' }, when: 'before' },
  { kind: 'answer', status: 200, raw: '{"id":', type: 'application/json', when: 'after' },
  { kind: 'error', code: 50001, when: 'before' },
  { kind: 'error', code: 50001, when: 'after' },
  { kind: 'error', code: 50001, status: 400, when: 'after' },
  { kind: 'error', code: 50055002, status: 400, when: 'before' },
  { kind: 'error', code: 50055002, status: 400, when: 'after' },
  { kind: 'error', code: 50002, when: 'before' },
  { kind: 'error', code: 40034005, when: 'before' },
  { kind: 'error', code: 40034006, when: 'before' },
  { kind: 'error', code: 40054007, when: 'before' },
]

/** A refusal of what was done all the same: only what the platform knows again is safe from those. */
const lies = (action: CallAction): boolean => action.kind === 'error' && action.when === 'after'

/** Faults that strike one after another, with calls between them that go well. */
export const armFaults = (sim: Simulator, peer: string, random: () => number): void => {
  const count = Math.floor(random() * 4)
  for (let index = 0; index < count; index += 1) {
    const action = FAULTS[Math.floor(random() * FAULTS.length)]
    if (!action) throw new RangeError('no fault')
    const skip = Math.floor(random() * 12)
    const times = 1 + Math.floor(random() * 6)
    for (const route of lies(action) ? ['c2c.stream'] : ['c2c.stream', 'c2c.send'])
      sim.faults.add({ on: 'call', match: { peer, route }, do: action, skip, times })
  }
}

/** What the person sees of the bot, message by message, and whether anything that was seen has changed. */
export const readConversation = (
  entries: readonly MessageEntry[],
): { readonly shown: readonly string[]; readonly rewritten: boolean } => {
  const shown = new Map<string, string>()
  let rewritten = false
  for (const { id, content, direction } of entries) {
    if (direction === 'in') continue
    if (!content.startsWith(shown.get(id) ?? '')) rewritten = true
    shown.set(id, content)
  }
  return { shown: [...shown.values()], rewritten }
}
