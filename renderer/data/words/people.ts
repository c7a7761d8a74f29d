/** How people are shown: names, initials, and a colour that belongs to the address. */
import { hashText } from '../../../shared/model/hash.ts'
import { type Address } from '../../../shared/model/message.ts'
import { shownAddress, shownName, shownPerson } from '../../../shared/model/shown-text.ts'
import { formatRecipient } from '../text/addresses.ts'
import { say } from './say.ts'

/** The name, or the address where there is none or where the name would read as another one. */
export function displayName(person: Address): string {
  return shownPerson(person) || say('common.unknownSender')
}

/** Both, as they are typed. */
export function nameAndAddress(person: Address): string {
  const address = shownAddress(person[1])
  return address === '' ? shownName(person) : formatRecipient([shownName(person), address])
}

const plain = (text: string): string => text

/** "Alice and Jonas", "Alice, Jonas and 3 others"; `own` addresses are "me". `more` are not at hand; `mark` is put around each name (isolate). */
export function peopleList(people: Address[], own: ReadonlySet<string> = new Set(), more = 0, mark = plain): string {
  const names = people.map(person => (own.has(person[1].toLowerCase()) ? say('people.me') : mark(displayName(person))))
  if (names.length === 0) return say('people.undisclosed')
  if (names.length === 1 && more === 0) return names[0]!
  if (names.length <= 3 && more === 0) return say('common.and', { first: names.slice(0, -1).join(', '), last: names.at(-1)! })
  return say('people.andOthers', { names: names.slice(0, 2).join(', '), count: Math.max(names.length - 2, 0) + more })
}

function firstCharacter(word: string): string {
  return word.match(/[\p{L}\p{N}]/u)?.[0] ?? ''
}

/** One or two letters: of the first two words of the name, or of the address. */
export function initialsOf([name, address]: Address): string {
  const words = name
    .replace(/\(.*?\)|<.*?>/gu, ' ')
    .split(/[\s.,_-]+/u)
    .filter(word => firstCharacter(word))
  const own = words.length > 0 ? words : (address.split('@')[0] ?? '').split(/[._+-]+/u).filter(word => firstCharacter(word))
  return (firstCharacter(own[0] ?? '') + firstCharacter(own[1] ?? '')).toLocaleUpperCase('en') || '?'
}

/** Hue in degrees, equal for one address everywhere. */
export function hueOf([name, address]: Address): number {
  return hashText((address || name).toLowerCase()) % 360
}
