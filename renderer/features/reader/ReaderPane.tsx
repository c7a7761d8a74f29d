import { useEffect, useRef, useState } from 'react'
import { Flag } from '../../../shared/model/flags.ts'
import { rowSubject } from '../../data/list/row-name.ts'
import { say } from '../../data/words/say.ts'
import { folderInFront, folderLabel, layoutInEffect, openMessage } from '../../state/store.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { ErrorBoundary } from '../../ui/ErrorBoundary.tsx'
import { warmFonts } from './frame-fonts.ts'
import { MessageCard } from './MessageCard.tsx'
import { MessageToolbar } from './MessageToolbar.tsx'
import styles from './ReaderPane.module.css'

const readAfterMs = 1000

/** A message that stays open for a second in a visible window counts as read: an ordinary operation, once for each time it is opened. */
function useMarkedRead(): void {
  const { actions, store } = useServices()
  const id = useWindowState(openMessage)
  const known = useWindowState(state => state.open !== null && state.open.id === openMessage(state))
  useEffect(() => {
    // what was read when it was opened stays as the person leaves it, also where they mark it as unread at once
    if (id === null || !known || (store.getState().open?.flags ?? 0) & Flag.seen) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const check = (): void => {
      clearTimeout(timer)
      if (document.visibilityState === 'visible') timer = setTimeout(mark, readAfterMs)
    }
    function mark(): void {
      stop()
      const state = store.getState()
      const folder = folderInFront(state)
      if (!folder || state.open?.id !== id || (state.open.flags & Flag.seen) !== 0) return
      actions.setFlags(folder.id, [id!], { add: Flag.seen, remove: 0 }).catch((error: Error) => console.warn('marking as read:', error.message))
    }
    function stop(): void {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', check)
    }
    document.addEventListener('visibilitychange', check)
    check()
    return stop
  }, [id, known, actions, store])
}

/** The reader: one message, a number of them, or a hint. */
export function ReaderPane() {
  const folder = useWindowState(folderInFront)
  const count = useWindowState(state => state.selection.ids.size)
  const id = useWindowState(openMessage)
  const row = useWindowState(state => (state.open?.id === id ? state.open : null))
  const gone = useWindowState(state => id !== null && state.view?.focus?.id === id && state.view.focus.row === null && state.open?.id === id)
  const [hint, setHint] = useState<string | null>(null)
  const Heading = useWindowState(layoutInEffect) === 'list' ? 'h1' : 'h2' // alone, it heads the page
  const scroller = useRef<HTMLElement>(null)
  useMarkedRead()
  useEffect(warmFonts, [])
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 })
  }, [id])

  return (
    <div className={styles.pane} data-pane="reader">
      {count > 0 && <MessageToolbar />}
      <section ref={scroller} className={styles.content} role="region" aria-label={say('reader.message')} tabIndex={-1}>
        {count > 1 && folder && (
          <div className={styles.hint}>
            <h2>{say('reader.selected', { count, folder: folderLabel(folder) })}</h2>
          </div>
        )}
        {count === 0 && <p className={styles.hint}>{say('reader.none')}</p>}
        {count === 1 && row && folder && (
          <>
            <Heading className={styles.subject} dir="auto">
              {rowSubject(row)}
            </Heading>
            {gone && (
              <p className={styles.gone} role="status">
                {say('reader.deleted')}
              </p>
            )}
            <ErrorBoundary key={row.id} what={say('reader.thisMessage')}>
              <MessageCard row={row} folder={folder} onHint={setHint} />
            </ErrorBoundary>
          </>
        )}
      </section>
      <div className={styles.link} role="status" aria-label={say('reader.linkAddress')} data-shown={hint !== null || undefined}>
        {hint}
      </div>
    </div>
  )
}
