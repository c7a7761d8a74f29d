/** Messages in words: to whom, in what state, and what is to be done. Pure. */
import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import { shownAddress, shownPerson, shownText } from '../../../shared/model/shown-text.ts'
import { clockTime } from './dates.ts'

export function isDraft({ state }: OutgoingState): boolean {
  return state === 'draft'
}

/** On its way, or stuck there. */
export function isOutbound({ state }: OutgoingState): boolean {
  return state === 'waiting' || state === 'sending' || state === 'refused' || state === 'uncertain'
}

/** A recipient by name or, where there is none, by address. */
function recipientInWords(nameOrAddress: string): string {
  return nameOrAddress.includes('@') ? shownAddress(nameOrAddress) : shownPerson([nameOrAddress, ''])
}

/** "Jonas", "Jonas and Amélie", "Jonas and 3 others"; "nobody yet". `mark` is put around each (isolate). */
export function toInWords(to: readonly string[], mark = (text: string): string => text): string {
  const names = to.slice(0, 2).map(one => mark(recipientInWords(one)))
  if (to.length === 0) return 'nobody yet'
  if (to.length <= 2) return names.join(' and ')
  return `${names[0]} and ${to.length - 1} others`
}

export function outgoingSubject({ subject }: Pick<OutgoingState, 'subject'>): string {
  return shownText(subject).trim() || '(no subject)'
}

/** Held back so that it can be undone. */
export function isHeld({ state, sendAt }: OutgoingState, nowMs: number): boolean {
  return state === 'waiting' && sendAt !== null && sendAt > nowMs
}

/** More follows on the line. */
function withoutPeriod(sentence: string): string {
  return sentence.replace(/\.$/u, '')
}

export function outgoingStateInWords(message: OutgoingState, isOffline: boolean, nowMs: number): string {
  const { state, error, copy } = message
  switch (state) {
    case 'draft':
      return 'draft'
    case 'waiting':
      if (isHeld(message, nowMs)) return 'sending in a moment'
      if (error) return `waiting: ${withoutPeriod(error.message)}`
      return isOffline ? 'waiting for connection' : 'waiting'
    case 'sending':
      return 'being sent'
    case 'sent':
      if (message.refused.length > 0) return 'sent, but not to everybody'
      return copy === 'failed' ? 'sent, but there is no copy in Sent' : 'sent'
    case 'refused':
      return refusalInWords(message)
    case 'uncertain':
      return 'we do not know whether it went out (connection lost after sending)'
    case 'discarded':
      return 'discarded'
  }
}

/** "refused by mail.work.example: 550 no such user", "refused: the message is too large". */
export function refusalInWords({ error }: Pick<OutgoingState, 'error'>): string {
  const reason = withoutPeriod(error?.message ?? 'the server gave no reason')
  const [, host, words] = /^(\S+) refused: (.*)$/su.exec(reason) ?? []
  return host ? `refused by ${host}: ${words}` : `refused: ${reason}`
}

/** What the server said of single recipients, and more of the reason where there is more; nothing of what is in the reason already. */
export function refusalLines({ to, refused, error }: OutgoingState, mark = (text: string): string => text): string[] {
  const isSaid = (detail: string): boolean => error?.message.includes(detail) ?? false
  if (refused.length === 1 && to.length === 1 && isSaid(refused[0]!.detail)) return []
  const lines = refused.map(({ address, detail }) => `${mark(shownAddress(address))}: ${detail}`)
  return lines.length > 0 || !error?.detail || isSaid(error.detail) ? lines : [error.detail]
}

/** Name of a message's row: to whom, subject, when, in what state. */
export function outgoingName(message: OutgoingState, isOffline: boolean, nowMs: number): string {
  const words = [`to ${toInWords(message.to)}`, outgoingSubject(message), clockTime(message.at)]
  if (!isDraft(message)) words.push(outgoingStateInWords(message, isOffline, nowMs))
  if (message.attachments > 0) words.push('attachments')
  return words.join(', ')
}

/** Messages that wait for a connection or a server, without those that are only held for a moment. */
export function waitingMessages(outgoing: Iterable<OutgoingState>, nowMs: number): number {
  let count = 0
  for (const message of outgoing) if (message.state === 'sending' || (message.state === 'waiting' && !isHeld(message, nowMs))) count++
  return count
}

/** True where the text speaks of something attached: a quick look, in a few languages, at what was written and not at what is quoted. */
export function speaksOfAttachment(text: string): boolean {
  const own = text
    .split('\n')
    .filter(line => !line.startsWith('>'))
    .join('\n')
  return /\b(?:attached|attaching|attachment|attachments|enclosed|angehängt|anhang|beigefügt|im anhang|ci-joint|pièce jointe|adjunto|adjunta|allegato|bijlage|w załączniku|załączam)(?![\p{L}_])/iu.test(
    own,
  )
}
