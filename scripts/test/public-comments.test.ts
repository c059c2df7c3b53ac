import { describe, expect, it } from 'vitest'

import { publicComments } from '../reference/public-comments.mjs'

/** The words of the comments that users see, in the order of the files. */
const seen = (files: Readonly<Record<string, string>>, entries = ['src/index.ts']): string[] => {
  const texts = new Map(Object.entries(files))
  return [...publicComments(entries, texts)].flatMap(([file, comments]) =>
    comments.map(([start, end]) => (texts.get(file) ?? '').slice(start + 3, end - 2).trim()),
  )
}

describe('users see the comments', () => {
  const cases: readonly (readonly [what: string, code: string, words: readonly string[]])[] = [
    [
      'of an interface and its fields',
      '/** a */\nexport interface A {\n  /** b */\n  readonly b: 1\n}',
      ['a', 'b'],
    ],
    [
      'of a function, but not inside it',
      '/** a */\nexport function a(): void {\n  /** x */\n  b()\n}',
      ['a'],
    ],
    ['of an arrow function, but not inside it', '/** a */\nexport const a = (): 1 => /** x */ 1', ['a']],
    [
      'of a class and its members, but not of #private ones or bodies',
      '/** a */\nexport class A {\n  /** x */\n  #x = 1\n  /** b */\n  b(): void {\n    /** y */\n    c()\n  }\n}',
      ['a', 'b'],
    ],
    ['of a table without a written type', 'export const A = {\n  /** a */\n  a: 1,\n} as const', ['a']],
    ['but not of a value whose type is written', 'export const A: { a: 1 } = {\n  /** x */\n  a: 1,\n}', []],
    [
      'of the members of a union',
      'export type A =\n  /** a */\n  | 1\n  /** b */\n  | { /** c */ c: 1 }',
      ['a', 'b', 'c'],
    ],
    [
      'of every overload',
      '/** a */\nexport function a(): 1\n/** b */\nexport function a(b?: 1): 1 {}',
      ['a', 'b'],
    ],
    ['of a type that another mentions', '/** x */\ninterface B {}\nexport type A = B[]', ['x']],
    ['of a base class', '/** x */\nclass B {}\nexport class A extends B {}', ['x']],
    ['of a parameter type', '/** x */\ntype B = 1\nexport function a(b: B): void {}', ['x']],
    ['of a value whose type is asked for', '/** x */\nconst b = 1\nexport type A = typeof b', ['x']],
    [
      'but not of what only a body needs',
      '/** x */\nconst b = 1\nexport function a(): number {\n  return b\n}',
      [],
    ],
    [
      'but not of a type that shares a name with a field',
      '/** x */\ntype b = 1\nexport type A = { b: 2 }',
      [],
    ],
    ['but not of what nobody exports', '/** x */\nconst b = 1', []],
    ['and no other comments', '// x\nexport const a = 1 /* y */', []],
  ]
  it.each(cases)('%s', (_, code, words) => {
    expect(seen({ 'src/index.ts': code })).toEqual(words)
  })
})

describe('follows', () => {
  const other = '/** a */\nexport interface A {}\n/** b */\nexport interface B {}\n'

  it.each([
    ['an export of a name', "export { A } from './other.js'", ['a']],
    ['an export of a type', "export type { A as Z } from './other.js'", ['a']],
    ['an export of everything', "export * from './other.js'", ['a', 'b']],
    ['an import that is exported', "import { A } from './other.js'\nexport { A }", ['a']],
    ['an import under another name', "import type { A as Z } from './other.js'\nexport type C = Z", ['a']],
    ['nothing out of another package', "export { A } from '@qqkit/core'", []],
    ['nothing that is only imported', "import { A } from './other.js'", []],
  ])('%s', (_, code, words) => {
    expect(seen({ 'src/index.ts': code, 'src/other.ts': other })).toEqual(words)
  })

  it('exports over several files, and files in a circle', () => {
    const files = {
      'src/index.ts': "export { A } from './deep/one.js'",
      'src/deep/one.ts': "export { A } from './two.js'\nexport * from '../index.js'",
      'src/deep/two.ts': "import type { B } from '../three.js'\n/** a */\nexport type A = B",
      'src/three.ts': "import type { A } from './deep/two.js'\n/** b */\nexport type B = A",
    }
    expect(seen(files)).toEqual(['a', 'b'])
  })

  it('every entry of a package', () => {
    const files = {
      'src/index.ts': '/** a */\nexport const a = 1',
      'src/testing/index.ts': '/** b */\nexport const b = 1',
    }
    expect(seen(files, ['src/index.ts'])).toEqual(['a'])
    expect(seen(files, ['src/index.ts', 'src/testing/index.ts'])).toEqual(['a', 'b'])
  })
})
