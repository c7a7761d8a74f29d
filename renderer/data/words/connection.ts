/** The connection line in words (UI.md, Words): what state mail is in, since when, and what waits. */
import type { ErrorKind } from '../../../shared/errors.ts'
import type { AccountInfo, AccountStatus } from '../../../shared/model/account.ts'
import type { OpState } from '../../../shared/operations.ts'
import { clockTime } from './dates.ts'
import { errorSentence, errorWords } from './errors.ts'
import { say } from './say.ts'

export interface ConnectionLine {
  state: 'ok' | 'busy' | 'offline' | 'bad'
  text: string
  /** More, for a title; may be empty. */
  detail: string
}

/** Worst first. */
const order: AccountStatus['state'][] = ['refused', 'offline', 'connecting', 'syncing', 'ready']

/** Changes that have not reached their server. */
export function waitingCount(ops: Iterable<OpState>): number {
  let count = 0
  for (const op of ops) if (op.state === 'queued' || op.state === 'performing') count++
  return count
}

/** What the person must mend, and not only wait for; null: nothing. */
export function problemOf({ error, needsPerson }: AccountStatus): ErrorKind | null {
  return needsPerson && error ? error.kind : null
}

/** What an account does, or what is wrong with it: one sentence, with its period only where it is a whole one. */
export function statusWords({ state, error, needsPerson, noCache, incomplete }: AccountStatus): string {
  if (noCache !== null) return say(`connection.noCache.${noCache}`)
  if (incomplete !== null) return say('connection.incomplete', { folder: incomplete })
  if (error !== null) return needsPerson || state === 'offline' ? errorWords(error) : say('connection.failed', { reason: errorSentence(error) })
  switch (state) {
    case 'ready':
      return say('connection.ready')
    case 'syncing':
      return say('connection.checking')
    case 'connecting':
    case 'offline':
    case 'refused':
      return say('connection.connecting')
  }
}

function textOf(status: AccountStatus): { state: ConnectionLine['state']; text: string } {
  const { progress } = status
  const follows = progress && progress.known < progress.total && progress.known > 0
  switch (status.state) {
    case 'refused':
      return { state: 'bad', text: statusWords(status) }
    case 'offline':
      return { state: 'offline', text: say('connection.offline', { time: clockTime(status.since) }) }
    case 'connecting':
      return { state: 'busy', text: statusWords(status) }
    case 'syncing':
    case 'ready':
      if (follows) return { state: 'busy', text: say('connection.olderFollows', progress) }
      if (status.checkedAt === null) return { state: 'busy', text: statusWords(status) }
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
  return { state, text: together(named, waitingWords(waiting, outgoing), warning), detail: statusWords(worst) }
}
