import type { Address } from '../../../shared/model.ts'
import { useWindowState } from '../../app/state-context.ts'
import { dateAndTime, fullDate } from '../../data/dates.ts'
import type { Row } from '../../data/list-protocol.ts'
import { displayName, hueOf, initialsOf, peopleList } from '../../data/people.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { useNow } from '../../ui/use-now.ts'
import styles from './MessageCard.module.css'

function People({ label, people }: { label: string; people: Address[] }) {
  if (people.length === 0) return null
  return (
    <div>
      <dt>{label}</dt>
      <dd>{people.map(([name, address]) => (name ? `${displayName([name, address])} <${address}>` : address)).join(', ')}</dd>
    </div>
  )
}

/** Who wrote to whom, and when. The sender's address is always shown in full; those of the recipients on demand. */
export function MessageHead({ row }: { row: Row }) {
  const accounts = useWindowState(state => state.accounts)
  const now = useNow()
  const { from, to, cc = [], replyTo = [], date } = row.headers
  const sender: Address = from[0] ?? ['', '']
  const ms = date ?? row.date * 1000
  const own = new Set(accounts.map(account => account.email.toLowerCase()))
  return (
    <header className={styles.head}>
      <Avatar initials={initialsOf(sender)} hue={hueOf(sender)} size={38} />
      <div className={styles.who}>
        <div>
          <span className={styles.sender}>{from.length > 1 ? peopleList(from) : displayName(sender)}</span>{' '}
          {sender[0] && <span className={styles.address}>{sender[1]}</span>}
        </div>
        <details className={styles.recipients}>
          <summary>to {peopleList([...to, ...cc], own)}</summary>
          <dl>
            <People label="From" people={from} />
            <People label="Reply to" people={replyTo} />
            <People label="To" people={to} />
            <People label="Cc" people={cc} />
          </dl>
        </details>
      </div>
      <time className={styles.date} dateTime={new Date(ms).toISOString()} title={fullDate(ms)}>
        {dateAndTime(ms, now)}
      </time>
    </header>
  )
}
