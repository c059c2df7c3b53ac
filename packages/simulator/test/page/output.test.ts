import { describe, expect, it } from 'vitest'

import { createOutput, LINE_SIZE, OUTPUT_LINES, OUTPUT_SIZE } from '../../src/page/output.js'

const shown = (text: string) => {
  const output = createOutput()
  output.add(text, 'stdout', 1)
  return output.whole()
}

describe('the output of a program', () => {
  it('SM-30 is kept line by line, with time and stream, and given out once', () => {
    const output = createOutput()
    output.add('one\r\ntwo', 'stdout', 1)
    output.add('three\n', 'stderr', 2)
    const first = { order: 1, at: 1, from: 'stdout', level: 'info', text: 'one' } as const
    const rest = [
      { ...first, order: 2, text: 'two' },
      { order: 3, at: 2, from: 'stderr', level: 'info', text: 'three' },
    ] as const
    expect(output.takeChanges()).toEqual({ output: [first, ...rest] })
    expect(output.takeChanges()).toEqual({})
    output.add('four', 'dev', 3)
    const last = { order: 4, at: 3, from: 'dev', level: 'info', text: 'four' } as const
    expect(output.takeChanges()).toEqual({ output: [last] })
    expect(output.whole()).toEqual([first, ...rest, last])
  })

  it.each([
    ['2026-01-31 08:05:09 qqkit info: the bot has started', 'info'],
    ['2026-01-31 08:05:09 qqkit warn: an event was lost', 'warn'],
    ['2026-01-31 08:05:09 qqkit error: the login failed', 'error'],
    ['qqkit debug: a call', 'debug'],
    ['{"level":"error","msg":"no"}', 'error'],
    ['TypeError: x is not a function', 'error'],
    ['(node:1) Warning: old', 'warn'],
    ['[TRACE] step', 'debug'],
    [`${'a long sentence '.repeat(5)} about an error`, 'info'],
    ['terror and errors', 'info'],
  ])('SM-30 has the level that a line names at its beginning: %s', (text, level) => {
    expect(shown(text)).toMatchObject([{ level }])
  })

  it.each([
    ['colours', '\u001B[31mred\u001B[39m \u001B[1;38;5;200mbold\u001B[0m', 'red bold'],
    ['links and titles', '\u001B]8;;https://x.invalid\u0007here\u001B]8;;\u0007', 'here'],
    ['control characters', 'a\u0000b\u0008c\u007F\u0085d\te', 'abcd\te'],
    ['turned directions', 'safe \u202Etxt.\u2066exe', 'safe txt.exe'],
    ['nothing', '', ''],
  ])('SM-30 is shown without escape sequences: %s', (_, text, plain) => {
    expect(shown(text).map((line) => line.text)).toEqual([plain])
  })

  it('SM-30 stays in bounds: lines, the size of one, and of all', () => {
    const output = createOutput()
    for (let at = 1; at <= OUTPUT_LINES + 5; at += 1) output.add(String(at), 'stdout', at)
    expect(output.whole()).toHaveLength(OUTPUT_LINES)
    expect(output.whole()[0]).toMatchObject({ order: 6, text: '6' })
    expect(output.takeChanges().output).toHaveLength(OUTPUT_LINES)
    output.add('x\n'.repeat(3 * OUTPUT_LINES), 'stdout', 1)
    expect(output.whole()).toHaveLength(OUTPUT_LINES)

    for (const line of ['x'.repeat(LINE_SIZE + 1), 'x'.repeat(10_000_000)]) {
      const [cut] = shown(line)
      expect(cut?.text).toBe(`${'x'.repeat(LINE_SIZE - 1)}…`)
    }
    expect(shown('x'.repeat(LINE_SIZE))[0]?.text).toBe('x'.repeat(LINE_SIZE))

    for (let at = 0; at < 1000; at += 1) output.add('y'.repeat(LINE_SIZE), 'stdout', at)
    expect(output.whole()).toHaveLength(OUTPUT_SIZE / LINE_SIZE)
  })
})
