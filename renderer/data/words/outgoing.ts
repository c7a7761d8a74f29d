/** Messages in words: to whom, in what state, and what is to be done. Pure. */
import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import { shownAddress, shownText } from '../../../shared/model/shown-text.ts'
import { clockTime } from './dates.ts'
import { errorWords } from './errors.ts'
import { displayName } from './people.ts'
import { say } from './say.ts'

export function isDraft({ state }: OutgoingState): boolean {
  return state === 'draft'
}

/** On its way, or stuck there. */
export function isOutbound({ state }: OutgoingState): boolean {
  return state === 'waiting' || state === 'sending' || state === 'refused' || state === 'uncertain'
}

/** A recipient by name or, where there is none, by address. */
function recipientInWords(nameOrAddress: string): string {
  return nameOrAddress.includes('@') ? shownAddress(nameOrAddress) : displayName([nameOrAddress, ''])
}

/** "Jonas", "Jonas and Amélie", "Jonas and 3 others"; "nobody yet". `mark` is put around each (isolate). */
export function toInWords(to: readonly string[], mark = (text: string): string => text): string {
  const names = to.slice(0, 2).map(one => mark(recipientInWords(one)))
  if (to.length === 0) return say('people.nobodyYet')
  const [first, last] = names as [string, string?]
  if (to.length > 2) return say('people.andOthers', { names: first, count: to.length - 1 })
  return last === undefined ? first : say('common.and', { first, last })
}

export function outgoingSubject({ subject }: Pick<OutgoingState, 'subject'>): string {
  return shownText(subject).trim() || say('common.noSubject')
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
    case 'waiting':
      if (isHeld(message, nowMs)) return say('outgoing.state.held')
      if (error) return say('outgoing.state.waitingFor', { reason: withoutPeriod(errorWords(error)) })
      return isOffline ? say('outgoing.state.waitingForConnection') : say('outgoing.state.waiting')
    case 'sent':
      if (message.refused.length > 0) return say('outgoing.state.sentToSome')
      return copy === 'failed' ? say('outgoing.state.sentWithoutCopy') : say('outgoing.state.sent')
    case 'refused':
      return refusalInWords(message)
    case 'draft':
    case 'sending':
    case 'uncertain':
    case 'discarded':
      return say(`outgoing.state.${state}`)
  }
}

/** "refused by mail.work.example: 550 no such user", "refused: the message is too large". */
export function refusalInWords({ error }: Pick<OutgoingState, 'error'>): string {
  if (error?.code === 'server.refused' && error.serverText)
    return say('outgoing.state.refusedBy', { host: error.params.host ?? '', reason: withoutPeriod(error.serverText) })
  return say('outgoing.state.refused', { reason: withoutPeriod(error ? errorWords(error) : say('common.noReason')) })
}

/** What the server said of single recipients, and more of the reason where there is more; nothing of what is in the reason already. */
export function refusalLines({ to, refused, error }: OutgoingState, mark = (text: string): string => text): string[] {
  const isSaid = (detail: string): boolean => error !== null && errorWords(error).includes(detail)
  if (refused.length === 1 && to.length === 1 && isSaid(refused[0]!.detail)) return []
  const lines = refused.map(({ address, detail }) => `${mark(shownAddress(address))}: ${detail}`)
  return lines.length > 0 || !error?.serverText || isSaid(error.serverText) ? lines : [error.serverText]
}

/** Name of a message's row: to whom, subject, when, in what state. */
export function outgoingName(message: OutgoingState, isOffline: boolean, nowMs: number): string {
  const words = [say('outgoing.row.to', { people: toInWords(message.to) }), outgoingSubject(message), clockTime(message.at)]
  if (!isDraft(message)) words.push(outgoingStateInWords(message, isOffline, nowMs))
  if (message.attachments > 0) words.push(say('outgoing.row.attachments'))
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
