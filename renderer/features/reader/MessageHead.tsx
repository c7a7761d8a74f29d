import { Fragment, useState } from 'react'
import type { Address, HeaderRow, People as Everyone } from '../../../shared/model/message.ts'
import { isolate, shownAddress, shownName } from '../../../shared/model/shown-text.ts'
import { useWindowState } from '../../state/services.ts'
import { dateAndTime, fullDate } from '../../data/words/dates.ts'
import type { Row } from '../../data/list/list-protocol.ts'
import { displayName, hueOf, initialsOf, peopleList } from '../../data/words/people.ts'
import { say } from '../../data/words/say.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Isolated } from '../../ui/Isolated.tsx'
import { useNow } from '../../ui/use-now.ts'
import styles from './MessageCard.module.css'

function Person({ name, address }: { name: string; address: string }) {
  if (name === '' || address === '') return <bdi dir={name ? 'auto' : 'ltr'}>{name || address}</bdi>
  return (
    <>
      <bdi>{name}</bdi> <bdi dir="ltr">{`<${address}>`}</bdi>
    </>
  )
}

/** Of one field, before all are asked for. */
const shownAtFirst = 100

/** `more` are not at hand. */
function People({ label, people, more = 0 }: { label: string; people: Address[]; more?: number | undefined }) {
  const [showsAll, setShowsAll] = useState(false)
  if (people.length === 0) return null
  const shown = showsAll ? people : people.slice(0, shownAtFirst)
  const left = people.length - shown.length
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {shown.map((person, index) => (
          <Fragment key={index}>
            {index > 0 && ', '}
            <Person name={shownName(person)} address={shownAddress(person[1])} />
          </Fragment>
        ))}
        {left > 0 && ` ${say('reader.and')} `}
        {left > 0 && (
          <button
            type="button"
            className={styles.more}
            aria-label={say('reader.showMore', { count: left, field: label })}
            onClick={() => setShowsAll(true)}
          >
            {say('reader.more', { count: left + more })}
          </button>
        )}
        {left === 0 && more > 0 && ` ${say('reader.andMore', { count: more })}`}
      </dd>
    </div>
  )
}

/** Who wrote to whom, and when. The sender's address is always shown in full; those of the recipients on demand. `people`: null while only the row is known. */
export function MessageHead({ row, people }: { row: Row; people: Everyone | null }) {
  const accounts = useWindowState(state => state.accounts)
  const now = useNow()
  const { date } = row.headers
  const headers: HeaderRow = people ? { ...row.headers, ...people, more: {} } : row.headers
  const { from, to, cc = [], more = {} } = headers
  const { replyTo = [] } = row.headers // only where it is another than the sender
  const sender: Address = from[0] ?? ['', '']
  const address = shownAddress(sender[1])
  const ms = date ?? row.date * 1000
  const own = new Set(accounts.map(account => account.email.toLowerCase()))
  return (
    <header className={styles.head}>
      <Avatar initials={initialsOf(sender)} hue={hueOf(sender)} size={38} />
      <div className={styles.who}>
        <div>
          <span className={styles.sender}>
            <Isolated text={from.length > 1 ? peopleList(from, undefined, 0, isolate) : isolate(displayName(sender))} />
          </span>{' '}
          {displayName(sender) !== address && (
            <bdi dir="ltr" className={styles.address}>
              {address}
            </bdi>
          )}
        </div>
        <details className={styles.recipients}>
          <summary>
            <Isolated text={say('reader.to', { people: peopleList([...to, ...cc], own, (more.to ?? 0) + (more.cc ?? 0), isolate) })} />
          </summary>
          <dl>
            <People label={say('reader.field.from')} people={from} more={more.from} />
            <People label={say('reader.field.replyTo')} people={replyTo} />
            <People label={say('reader.field.to')} people={to} more={more.to} />
            <People label={say('reader.field.cc')} people={cc} more={more.cc} />
            {people?.complete === false && <p>{say('reader.incomplete')}</p>}
          </dl>
        </details>
      </div>
      <time className={styles.date} dateTime={new Date(ms).toISOString()} title={fullDate(ms)}>
        {dateAndTime(ms, now)}
      </time>
    </header>
  )
}
