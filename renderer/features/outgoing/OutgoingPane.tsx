import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { Clock3, FilePenLine, Paperclip, Send, TriangleAlert } from 'lucide-react'
import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import { isolate } from '../../../shared/model/shown-text.ts'
import { discardDraft, edit } from '../../commands/outgoing.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import type { LocalList } from '../../state/store.ts'
import { shortDate } from '../../data/words/dates.ts'
import { isDraft, isHeld, isOutbound, outgoingName, outgoingStateInWords, outgoingSubject, toInWords } from '../../data/words/outgoing.ts'
import { say } from '../../data/words/say.ts'
import { Isolated } from '../../ui/Isolated.tsx'
import { useNow } from '../../ui/use-now.ts'
import styles from './OutgoingPane.module.css'

function StateIcon({ message }: { message: OutgoingState }) {
  if (message.state === 'draft') return <FilePenLine size={16} aria-hidden="true" />
  if (message.state === 'refused' || message.state === 'uncertain') return <TriangleAlert size={16} className={styles.bad} aria-hidden="true" />
  if (message.state === 'sending') return <Send size={16} aria-hidden="true" />
  return <Clock3 size={16} aria-hidden="true" />
}

/** Messages that are on this computer alone, newest first. Enter or a click goes on writing; what is on its way is taken back first. */
export function OutgoingPane({ local }: { local: LocalList }) {
  const services = useServices()
  const outgoing = useWindowState(state => state.outgoing)
  const statuses = useWindowState(state => state.statuses)
  const composing = useWindowState(state => state.composing?.id ?? null)
  const [focused, setFocused] = useState<string | null>(null)
  const now = useNow()
  const grid = useRef<HTMLDivElement>(null)
  const shown = Object.values(outgoing)
    .filter(local === 'drafts' ? isDraft : isOutbound)
    .sort((a, b) => b.at - a.at || a.id.localeCompare(b.id))
  const found = shown.findIndex(({ id }) => id === focused)
  const current = Math.max(0, found)
  const lastIndex = useRef(0)
  const hadFocus = useRef(false)

  // the row under the keyboard has gone: the next one takes its place
  useEffect(() => {
    if (focused !== null && found < 0 && hadFocus.current) go(Math.min(lastIndex.current, shown.length - 1))
    if (found >= 0) lastIndex.current = found
  })

  function go(index: number): void {
    const message = shown[Math.max(0, Math.min(shown.length - 1, index))]
    if (!message) return
    setFocused(message.id)
    grid.current?.querySelectorAll<HTMLElement>('[role="row"]')[shown.indexOf(message)]?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    const message = shown[current]
    if (!message || event.ctrlKey || event.metaKey || event.altKey) return
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(current + 1),
      ArrowUp: () => go(current - 1),
      j: () => go(current + 1),
      k: () => go(current - 1),
      Home: () => go(0),
      End: () => go(shown.length - 1),
      Enter: () => void edit(services, message),
      ' ': () => void edit(services, message),
      Delete: () => void (message.state === 'draft' || message.state === 'refused' ? discardDraft(services, message) : undefined),
    }
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }

  const title = say(`outgoing.title.${local}`)
  const isOffline = ({ account }: OutgoingState): boolean => statuses[account]?.state === 'offline'
  return (
    <section className={styles.pane} data-pane="list" aria-label={say(`outgoing.pane.${local}`)}>
      <header className={styles.head}>
        <h1 className={styles.title}>
          {title} <small>{say('outgoing.count', { count: shown.length })}</small>
        </h1>
      </header>
      {shown.length === 0 ? (
        <p className={styles.empty} role="status">
          {say(`outgoing.empty.${local}`)}
        </p>
      ) : (
        <div
          ref={grid}
          className={styles.grid}
          role="grid"
          aria-label={title}
          aria-rowcount={shown.length}
          onKeyDown={onKeyDown}
          onFocus={() => (hadFocus.current = true)}
          onBlur={event => event.relatedTarget && (hadFocus.current = false)}
        >
          {shown.map((message, index) => (
            <div
              key={message.id}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={message.id === composing}
              aria-label={outgoingName(message, isOffline(message), now)}
              tabIndex={index === current ? 0 : -1}
              className={styles.row}
              onFocus={() => setFocused(message.id)}
              onClick={() => void edit(services, message)}
            >
              <div role="gridcell" className={styles.cell}>
                <StateIcon message={message} />
                <div className={styles.lines}>
                  <div className={styles.line}>
                    <span className={styles.who}>
                      <Isolated text={toInWords(message.to, isolate)} />
                    </span>
                    {message.attachments > 0 && <Paperclip size={13} aria-hidden="true" />}
                    <time className={styles.time} dateTime={new Date(message.at).toISOString()}>
                      {shortDate(message.at, now)}
                    </time>
                  </div>
                  <div className={styles.line}>
                    <span className={styles.subject} dir="auto">
                      {outgoingSubject(message)}
                    </span>
                    {message.state !== 'draft' && (
                      <span className={styles.state} data-bad={!isHeld(message, now) && message.error ? true : undefined}>
                        {outgoingStateInWords(message, isOffline(message), now)}
                      </span>
                    )}
                  </div>
                </div>
              </div>
            </div>
          ))}
        </div>
      )}
    </section>
  )
}
