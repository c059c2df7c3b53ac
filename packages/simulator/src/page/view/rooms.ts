import type { PageRoom, PageScene } from '../wire.js'

/** What a newcomer finds: one conversation of each kind. */
export const FIRST_ROOMS: readonly PageRoom[] = [
  { id: 'c2c:ann', scene: 'c2c', name: 'ann', people: ['ann'] },
  { id: 'group:friends', scene: 'group', name: 'friends', people: ['bob', 'cat'] },
  { id: 'channel:general', scene: 'channel', name: 'general', people: ['cat', 'dan'] },
  { id: 'dm:dan', scene: 'dm', name: 'dan', people: ['dan'] },
]

/** Conversations and people in them that the page remembers. */
const ROOMS = 200
const PEOPLE = 50

/** The rooms with this person in this room; the same list when nothing is new. */
export const withPerson = (
  rooms: readonly PageRoom[],
  scene: PageScene,
  name: string,
  person: string | null,
): readonly PageRoom[] => {
  const id = `${scene}:${name}`
  const room = rooms.find((each) => each.id === id)
  if (room === undefined) {
    return [...rooms, { id, scene, name, people: person === null ? [] : [person] }].slice(-ROOMS)
  }
  if (person === null || room.people.includes(person)) return rooms
  const people = [...room.people, person].slice(-PEOPLE)
  return rooms.map((each) => (each === room ? { ...room, people } : each))
}
