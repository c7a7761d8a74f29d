import { Clock3, Cloud, Flag as FlagIcon, Paperclip, Reply } from 'lucide-react'
import { memo, type MouseEvent } from 'react'
import { Flag } from '../../../shared/model/flags.ts'
import { type MessageId } from '../../../shared/model/message.ts'
import { isolate, shownText } from '../../../shared/model/shown-text.ts'
import { shortDate } from '../../data/words/dates.ts'
import type { Row } from '../../data/list/list-protocol.ts'
import { hueOf, initialsOf } from '../../data/words/people.ts'
import { say } from '../../data/words/say.ts'
import { rowName, rowPerson, rowSubject } from '../../data/list/row-name.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Isolated } from '../../ui/Isolated.tsx'
import type { RowLook } from './density.ts'
import styles from './MessageRow.module.css'

export interface MessageRowProps {
  /** Null until its page is read. */
  row: Row | null
  index: number
  top: number
  height: number
  topLine: boolean
  look: RowLook
  outgoing: boolean
  now: number
  selected: boolean
  inTabOrder: boolean
  onClick(event: MouseEvent, row: Row, index: number): void
  onContextMenu(row: Row, index: number): void
  onFocus(id: MessageId): void
}

/** The marks of a row: clock (waiting to be sent to the server), cloud (not readable offline), clip, flag. The row's name says them in words. */
function Marks({ row }: { row: Row }) {
  return (
    <span className={styles.marks} aria-hidden="true">
      {row.waiting && <Clock3 size={13} className={styles.waiting} />}
      {!row.offline && <Cloud size={13} />}
      {row.attachments && <Paperclip size={13} />}
      {(row.flags & Flag.flagged) !== 0 && <FlagIcon size={13} className={styles.flag} />}
    </span>
  )
}

function Content({ row, look, outgoing, now }: { row: Row; look: RowLook; outgoing: boolean; now: number }) {
  const person = (outgoing ? row.headers.to[0] : row.headers.from[0]) ?? ['', '']
  const ms = row.date * 1000
  const time = (
    <time className={styles.time} dateTime={new Date(ms).toISOString()}>
      {shortDate(ms, now)}
    </time>
  )
  const who = (
    <span className={styles.who}>
      <Isolated text={rowPerson(row, outgoing, isolate)} />
    </span>
  )
  const subject = (
    <span className={styles.subject} dir="auto">
      {rowSubject(row)}
    </span>
  )
  const snippet = (
    <span className={styles.snippet} dir="auto">
      {shownText(row.snippet)}
    </span>
  )
  const replied = (row.flags & Flag.answered) !== 0 && <Reply size={13} className={styles.replied} aria-hidden="true" />
  if (look === 'compact')
    return (
      <>
        {who}
        {replied}
        {subject}
        {snippet}
        <Marks row={row} />
        {time}
      </>
    )
  return (
    <>
      <Avatar initials={initialsOf(person)} hue={hueOf(person)} size={look === 'comfortable' ? 38 : 32} />
      <div className={styles.lines}>
        <div className={styles.line}>
          {who}
          <Marks row={row} />
          {time}
        </div>
        <div className={styles.line}>
          {replied}
          {subject}
          {look === 'normal' && snippet}
        </div>
        {look === 'comfortable' && <div className={styles.line}>{snippet}</div>}
      </div>
    </>
  )
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { row, index, top, height, topLine, look, outgoing, now, selected, inTabOrder } = props
  const unread = row !== null && (row.flags & Flag.seen) === 0
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      aria-label={row ? rowName(row, outgoing, now) : say('list.row.loading')}
      tabIndex={inTabOrder ? 0 : -1}
      className={styles.row}
      data-look={look}
      data-unread={unread || undefined}
      data-line={topLine || undefined}
      style={{ top, height }}
      onClick={event => row && props.onClick(event, row, index)}
      onContextMenu={() => row && props.onContextMenu(row, index)}
      onFocus={() => row && props.onFocus(row.id)}
    >
      <i className={styles.dot} aria-hidden="true" />
      <div role="gridcell" className={styles.cell}>
        {row ? <Content row={row} look={look} outgoing={outgoing} now={now} /> : <span className={styles.pending} />}
      </div>
    </div>
  )
})
