import { useRef } from 'react'
import { commandNamed, perform } from '../../commands/commands.ts'
import { folderInFront, folderLabel, noSelection } from '../../state/store.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import type { Filter } from '../../data/list/list-protocol.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { useWidth } from '../../ui/use-width.ts'
import { rowLook } from './density.ts'
import { countWords, emptyWords } from './empty-words.ts'
import { MessageGrid } from './MessageGrid.tsx'
import { Skeletons } from './Skeletons.tsx'
import styles from './ListPane.module.css'

const filters: [Filter, string][] = [
  ['all', say('list.filter.all')],
  ['unread', say('list.filter.unread')],
  ['flagged', say('list.filter.flagged')],
  ['attachments', say('list.filter.attachments')],
]

/** The folder in front: its name and counts, quick filters, and the list or what stands in its place. */
export function ListPane() {
  const services = useServices()
  const { store, list } = services
  const folder = useWindowState(folderInFront)
  const view = useWindowState(state => state.view)
  const filter = useWindowState(state => state.filter)
  const density = useWindowState(state => state.settings.density)
  const pane = useRef<HTMLElement>(null)
  const first = useWindowState(state => state.core === 'ready' && state.accounts.length === 0)
  const look = rowLook(density, useWidth(pane))

  function choose(next: Filter): void {
    if (next === filter) list.refresh()
    else store.setState(({ selection }) => ({ filter: next, view: null, ...(selection.ids.size > 1 && { selection: noSelection }) })) // several would not all be seen
  }

  const total = folder && view ? Math.max(view.total, folder.server?.messages ?? 0) : 0
  return (
    <section ref={pane} className={styles.pane} data-pane="list" aria-label={folder ? folderLabel(folder) : say('list.messages')}>
      {folder && (
        <header className={styles.head}>
          <h1 className={styles.title}>
            {folderLabel(folder)} {view && <small>{countWords(view.unread, total)}</small>}
          </h1>
          <div className={styles.filters} role="group" aria-label={say('list.filters')}>
            {filters.map(([value, label]) => (
              <button key={value} type="button" aria-pressed={filter === value} onClick={() => choose(value)}>
                {label}
              </button>
            ))}
          </div>
        </header>
      )}
      {first && (
        <div className={styles.empty}>
          <h1>{say('list.first')}</h1>
          <Button look="primary" onClick={() => perform(commandNamed('addAccount'), services)}>
            {say('list.addAccount')}
          </Button>
        </div>
      )}
      {folder && !view && <Skeletons look={look} />}
      {folder && view && view.count > 0 && <MessageGrid folder={folder} view={view} look={look} />}
      {folder && view && view.count === 0 && (
        <div className={styles.empty}>
          <p role="status">{emptyWords(folder, folderLabel(folder), filter)}</p>
          {filter !== 'all' && <Button onClick={() => choose('all')}>{say('list.showAll')}</Button>}
        </div>
      )}
    </section>
  )
}
