/** The diagrams of the repository show what the sources say. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { expect, it } from 'vitest'

const root = path.join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

const diagramsIn = (file: string): string[] =>
  [...read(file).matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)

/** Arrows as `from` and `to`; `a & b --> c --> d` is four of them. */
const arrowsOf = (diagram: string): { from: string; to: string; dotted: boolean }[] =>
  diagram.split('\n').flatMap((line) => {
    const parts = line.trim().split(/\s*(-->|-\.(?:.*?\.)?->)\s*/)
    return parts.flatMap((arrow, index) => {
      if (index % 2 === 0) return []
      const names = (side = ''): string[] =>
        side.split('&').map((name) => name.trim().replace(/\[.*\]|: .*$/, ''))
      return names(parts[index - 1]).flatMap((from) =>
        names(parts[index + 1]).map((to) => ({ from, to, dotted: arrow !== '-->' })),
      )
    })
  })

const filesBelow = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    file.split(path.sep).join('/'),
  )

it('the packages of the first diagram import what their manifests say', () => {
  const [packages = ''] = diagramsIn('docs/architecture.md')
  const arrows = arrowsOf(packages).filter(({ dotted }) => !dotted)
  const folders = new Set(readdirSync(path.join(root, 'packages')))
  const homeOf = (name: string): string => (name === 'policy' ? 'reconnect-policy' : name)
  for (const folder of folders) {
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(read(`packages/${folder}/package.json`))
    const declared = Object.keys({ ...dependencies, ...peerDependencies })
      .filter((name) => name.startsWith('@qqkit/') || name === 'qqkit')
      .map((name) => name.replace('@qqkit/', ''))
    const drawn = arrows.filter(({ from }) => homeOf(from) === folder).map(({ to }) => homeOf(to))
    expect(drawn.toSorted(), folder).toEqual(declared.toSorted())
  }
})

it('the journeys pass files that exist', () => {
  const [, journeys = ''] = diagramsIn('docs/architecture.md')
  const files = ['bot', 'gateway', 'rest', 'core'].flatMap((name) => filesBelow(`packages/${name}/src`))
  const drawn = arrowsOf(journeys).flatMap(({ from, to }) => [from, to])
  const named = [...journeys.matchAll(/\[([a-z]+-[a-z]+(?:-[a-z]+)*)\]/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(6)
  for (const name of [...named, 'replier', 'sender', 'shard'])
    expect(
      files.some((file) => file.endsWith(`/${name}.ts`)),
      name,
    ).toBe(true)
  expect(drawn).toEqual(expect.arrayContaining(['replier', 'sender', 'shard']))
})

it('the states of the gateway are those of its machine', () => {
  const files = filesBelow('packages/gateway/src/machine/states').map((file) =>
    path.posix.basename(file, '.ts'),
  )
  const states = [...files.filter((name) => !['transition', 'connected'].includes(name)), 'stopped']
  const [diagram = ''] = diagramsIn('packages/gateway/README.md')
  const drawn = new Set(arrowsOf(diagram).flatMap(({ from, to }) => [from, to]))
  // The point where the diagram begins.
  drawn.delete('')
  expect([...drawn].toSorted()).toEqual(states.toSorted())
})

it.each(['packages/gateway/README', 'docs/guides/staying-connected', 'docs/guides/replying'])(
  'the diagrams of %s have the same arrows in both languages',
  (page) => {
    const [english, chinese] = [diagramsIn(`${page}.md`), diagramsIn(`${page}.zh-CN.md`)]
    expect(english.length).toBeGreaterThan(0)
    expect(chinese.map((one) => arrowsOf(one).length)).toEqual(english.map((one) => arrowsOf(one).length))
  },
)
