/** The connection line in words (UI.md, Words): what state mail is in, since when, and what waits. */
import type { AccountInfo, AccountStatus } from '../../../shared/model/account.ts'
import type { OpState } from '../../../shared/operations.ts'
import { clockTime } from './dates.ts'

export interface ConnectionLine {
  state: 'ok' | 'busy' | 'offline' | 'bad'
  text: string
  /** More, for a title; may be empty. */
  detail: string
}

/** Worst first. */
const order: AccountStatus['state'][] = ['refused', 'offline', 'connecting', 'syncing', 'ready']
const number = new Intl.NumberFormat('en-GB')

export function countWord(count: number, one: string, many: string): string {
  return `${number.format(count)} ${count === 1 ? one : many}`
}

/** Changes that have not reached their server. */
export function waitingCount(ops: Iterable<OpState>): number {
  let count = 0
  for (const op of ops) if (op.state === 'queued' || op.state === 'performing') count++
  return count
}

function progressText({ known, total }: { known: number; total: number }): string {
  return `You can read now; older mail follows (${number.format(known)} of ${number.format(total)}, newest first).`
}

function textOf(status: AccountStatus): { state: ConnectionLine['state']; text: string } {
  const { progress } = status
  const follows = progress && progress.known < progress.total && progress.known > 0
  switch (status.state) {
    case 'refused':
      return { state: 'bad', text: status.message }
    case 'offline':
      return { state: 'offline', text: `Offline since ${clockTime(status.since)}.` }
    case 'connecting':
      return { state: 'busy', text: status.message || 'Connecting…' }
    case 'syncing':
    case 'ready':
      if (follows) return { state: 'busy', text: progressText(progress) }
      if (status.checkedAt === null) return { state: 'busy', text: status.message || 'Checking mail…' }
      return { state: 'ok', text: `Up to date, checked ${clockTime(status.checkedAt)}` }
  }
}

/** The account that needs most attention speaks for all; with several accounts it is named. */
export function connectionLine(accounts: AccountInfo[], statuses: AccountStatus[], waiting: number, outgoing = 0): ConnectionLine {
  const worst = statuses
    .filter(status => accounts.some(account => account.id === status.account))
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.checkedAt ?? 0) - (b.checkedAt ?? 0))[0]
  if (!worst) return { state: 'busy', text: accounts.length === 0 ? 'No account yet' : 'Starting…', detail: '' }
  const { state, text } = textOf(worst)
  const account = accounts.find(account => account.id === worst.account)
  const named = accounts.length > 1 && state !== 'ok' ? `${account?.email}: ${text}` : text
  const counts = [
    ...(waiting > 0 ? [countWord(waiting, 'change', 'changes')] : []),
    ...(outgoing > 0 ? [countWord(outgoing, 'message', 'messages')] : []),
  ]
  const waits = counts.length > 0 ? `${/[.…]$/u.test(named) ? named : `${named}.`} ${counts.join(' and ')} waiting.` : named
  const insecure = accounts.filter(account => account.plaintext).map(account => account.email)
  const warning = insecure.length > 0 ? ` Not encrypted: ${insecure.join(', ')}.` : ''
  return { state, text: `${/[.…]$/u.test(waits) || !warning ? waits : `${waits}.`}${warning}`, detail: worst.message }
}
