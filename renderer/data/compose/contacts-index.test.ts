import { describe, expect, test } from 'vitest'
import { ContactsIndex } from './contacts-index.ts'

const now = Date.UTC(2026, 10, 20)
const daysAgo = (days: number): number => now - days * 86_400_000
const none: ReadonlySet<string> = new Set()

function index(): ContactsIndex {
  const people = new ContactsIndex()
  people.add('received', [['Jonathan Noise', 'noise@news.example']], daysAgo(0))
  for (let i = 0; i < 400; i++) people.add('received', [['Jonathan Noise', 'noise@news.example']], daysAgo(i / 100))
  people.add('written', [['Jonas Weber', 'jonas@weber.example']], daysAgo(2))
  for (let i = 0; i < 9; i++) people.add('written', [['', 'JONAS@weber.example']], daysAgo(10 + i))
  people.add('written', [['Jon Old', 'jon@old.example']], daysAgo(700))
  people.add('written', [['Amélie Laurent', 'amelie@laurent.example']], daysAgo(1))
  return people
}

describe('suggest', () => {
  test('people written to come first, frequent and recent ones before others', () => {
    expect(index().suggest('jon', now, none)).toEqual([
      ['Jonas Weber', 'jonas@weber.example'],
      ['Jon Old', 'jon@old.example'],
      ['Jonathan Noise', 'noise@news.example'],
    ])
  })
  test('one mailbox stands there once, with its latest name', () => {
    const people = index()
    people.add('written', [['J. Weber', 'jonas@weber.example']], daysAgo(0))
    expect(people.suggest('weber', now, none)).toEqual([['J. Weber', 'jonas@weber.example']])
  })
  test('accents, several words, the domain', () => {
    expect(index().suggest('amelie', now, none)).toHaveLength(1)
    expect(index().suggest('LAURENT amé', now, none)).toHaveLength(1)
    expect(index().suggest('@laur', now, none)).toHaveLength(1)
    expect(index().suggest('elie', now, none)).toHaveLength(0)
  })
  test('nobody who is there already, nothing for nothing, nobody without an address', () => {
    const people = index()
    people.add('written', [['Undisclosed', '']], now)
    expect(people.suggest('amelie', now, new Set(['amelie@laurent.example']))).toEqual([])
    expect(people.suggest('  ', now, none)).toEqual([])
    expect(people.suggest('undis', now, none)).toEqual([])
  })
  test('a beginning of the name outranks a middle', () => {
    const people = new ContactsIndex()
    people.add('written', [['', 'x@ann.example']], daysAgo(0))
    people.add('received', [['Ann', 'a@x.example']], daysAgo(300))
    expect(people.suggest('ann', now, none)[0]).toEqual(['Ann', 'a@x.example'])
  })
})

test('fifty thousand people are searched within a keystroke', () => {
  const people = new ContactsIndex()
  for (let i = 0; i < 50_000; i++) people.add('written', [[`Person ${i}`, `p${i}@example.test`]], daysAgo(i % 900))
  const begin = performance.now()
  expect(people.suggest('person 4999', now, none).length).toBeGreaterThan(5)
  expect(performance.now() - begin).toBeLessThan(1500)
})
