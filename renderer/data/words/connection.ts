/** The connection line in words (UI.md, Words): what state mail is in, since when, and what waits. */
import type { AccountInfo, AccountStatus } from '../../../shared/model/account.ts'
import type { OpState } from '../../../shared/operations.ts'
import { clockTime } from './dates.ts'
import { numberWords } from './locale.ts'
import { say } from './say.ts'

export interface ConnectionLine {
  state: 'ok' | 'busy' | 'offline' | 'bad'
  text: string
  /** More, for a title; may be empty. */
  detail: string
}

/** Worst first. */
const order: AccountStatus['state'][] = ['refused', 'offline', 'connecting', 'syncing', 'ready']

export function countWord(count: number, one: string, many: string): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`
}

/** Changes that have not reached their server. */
export function waitingCount(ops: Iterable<OpState>): number {
  let count = 0
  for (const op of ops) if (op.state === 'queued' || op.state === 'performing') count++
  return count
}

function textOf(status: AccountStatus): { state: ConnectionLine['state']; text: string } {
  const { progress } = status
  const follows = progress && progress.known < progress.total && progress.known > 0
  switch (status.state) {
    case 'refused':
      return { state: 'bad', text: status.message }
    case 'offline':
      return { state: 'offline', text: say('connection.offline', { time: clockTime(status.since) }) }
    case 'connecting':
      return { state: 'busy', text: status.message || say('connection.connecting') }
    case 'syncing':
    case 'ready':
      if (follows) return { state: 'busy', text: say('connection.olderFollows', progress) }
      if (status.checkedAt === null) return { state: 'busy', text: status.message || say('connection.checking') }
      return { state: 'ok', text: say('connection.upToDate', { time: clockTime(status.checkedAt) }) }
  }
}

/** What has not reached its server; '' where there is nothing. */
function waitingWords(changes: number, messages: number): string {
  if (changes > 0 && messages > 0)
    return say('connection.bothWaiting', {
      changes: say('common.changes', { count: changes }),
      messages: say('common.messages', { count: messages }),
    })
  if (changes > 0) return say('connection.changesWaiting', { count: changes })
  return messages > 0 ? say('connection.messagesWaiting', { count: messages }) : ''
}

/** Sentences one after the other; the last stands as it is. */
function together(...sentences: string[]): string {
  return sentences
    .filter(sentence => sentence !== '')
    .map((sentence, i, all) => (i === all.length - 1 || /[.…]$/u.test(sentence) ? sentence : `${sentence}.`))
    .join(' ')
}

/** The account that needs most attention speaks for all; with several accounts it is named. */
export function connectionLine(accounts: AccountInfo[], statuses: AccountStatus[], waiting: number, outgoing = 0): ConnectionLine {
  const worst = statuses
    .filter(status => accounts.some(account => account.id === status.account))
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.checkedAt ?? 0) - (b.checkedAt ?? 0))[0]
  if (!worst) return { state: 'busy', text: accounts.length === 0 ? say('connection.noAccount') : say('connection.starting'), detail: '' }
  const { state, text } = textOf(worst)
  const account = accounts.find(account => account.id === worst.account)
  const named = accounts.length > 1 && state !== 'ok' ? say('connection.ofAccount', { account: account?.email ?? '', words: text }) : text
  const insecure = accounts.filter(account => account.plaintext).map(account => account.email)
  const warning = insecure.length > 0 ? say('connection.notEncrypted', { accounts: insecure.join(', ') }) : ''
  return { state, text: together(named, waitingWords(waiting, outgoing), warning), detail: worst.message }
}
