/**
 * People to complete addresses from: those written to (recipients of what is in the Sent folders, and of messages of this window) and, after them, those who
 * wrote. Ranked by how often and how lately. Pure.
 */
import type { Recipient } from '../../../shared/model/outgoing.ts'
import { addressKey, isAddress } from '../text/addresses.ts'

export interface Person {
  name: string
  address: string
  written: number
  writtenAt: number
  received: number
  receivedAt: number
}

const dayMs = 86_400_000
/** After so many days a message counts half. */
const halfLifeDays = 60

export class ContactsIndex {
  private readonly people = new Map<string, Person & { nameAt: number }>()

  get size(): number {
    return this.people.size
  }

  /** A message that went to, or came from, these people at `ms`. */
  add(kind: 'written' | 'received', recipients: readonly Recipient[], ms: number): void {
    for (const recipient of recipients) {
      const [name, address] = recipient
      const key = addressKey(recipient)
      if (!isAddress(key)) continue
      let person = this.people.get(key)
      if (!person) this.people.set(key, (person = { name: '', address, written: 0, writtenAt: 0, received: 0, receivedAt: 0, nameAt: 0 }))
      person[kind]++
      const at = kind === 'written' ? 'writtenAt' : 'receivedAt'
      person[at] = Math.max(person[at], ms)
      const bare = name.trim().replace(/^(['"])(.*)\1$/u, '$2')
      if (bare && bare.toLowerCase() !== key && ms >= person.nameAt) {
        person.name = bare
        person.nameAt = ms
      }
    }
  }

  /** The best matches for what was typed, at most `limit`; `without` are left out (they stand there already). */
  suggest(query: string, nowMs: number, without: ReadonlySet<string>, limit = 8): Recipient[] {
    const words = foldedWords(query)
    if (words.length === 0) return []
    const found: { person: Person; score: number }[] = []
    for (const [key, person] of this.people) {
      if (without.has(key)) continue
      const quality = matchQuality(words, person)
      if (quality > 0) found.push({ person, score: quality * 1000 + rank(person, nowMs) })
    }
    return found
      .sort((a, b) => b.score - a.score || a.person.address.localeCompare(b.person.address))
      .slice(0, limit)
      .map(({ person }): Recipient => [person.name, person.address])
  }
}

/** People written to stand before all others; within each kind frequent and recent ones first. */
function rank({ written, writtenAt, received, receivedAt }: Person, nowMs: number): number {
  const fresh = (ms: number): number => 0.5 ** (Math.max(0, nowMs - ms) / dayMs / halfLifeDays)
  const weight = (count: number, ms: number): number => (Math.log2(1 + count) * (0.3 + fresh(ms))) / 40
  return written > 0 ? 500 + Math.min(1, weight(written, writtenAt)) * 499 : Math.min(1, weight(received, receivedAt)) * 499
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

function foldedWords(text: string): string[] {
  return folded(text)
    .split(/[\s<>"(),;]+/u)
    .filter(word => word !== '')
}

/** 2: every word begins a word of the name or the address; 1: every word begins a part of either (domain, after a hyphen); 0: no match. */
function matchQuality(words: string[], { name, address }: Person): number {
  const own = folded(address)
  const strong = [...foldedWords(name), own]
  const weak = [
    ...folded(name).split(/[^\p{L}\p{N}]+/u),
    ...own.split(/[@.+_-]/u),
    own.slice(own.lastIndexOf('@')),
    own.slice(own.lastIndexOf('@') + 1),
  ]
  const begins = (parts: string[], word: string): boolean => parts.some(part => part.startsWith(word))
  if (words.every(word => begins(strong, word))) return 2
  return words.every(word => begins(strong, word) || begins(weak, word)) ? 1 : 0
}
