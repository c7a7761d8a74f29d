import { Tabs } from 'radix-ui'
import { useState } from 'react'
import type { LetterState } from '../../../shared/model/outgoing.ts'
import type { OpState } from '../../../shared/operations.ts'
import { clockTime } from '../../data/words/dates.ts'
import { stateInWords, wishInWords } from '../../data/words/operations.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { folderLabel } from '../../state/store.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { AccountLines } from './AccountLines.tsx'
import { LetterLine } from './OutgoingLine.tsx'
import styles from './ActivityDialog.module.css'

type Tab = 'needs' | 'waiting' | 'done'
const empty: Record<Tab, string> = {
  needs: 'Nothing needs you.',
  waiting: 'Nothing waits: every change has reached its server, and every letter has gone out.',
  done: 'Nothing was done since this window was opened.',
}

/** What was wished and what became of it, and how each account stands. */
export function ActivityDialog() {
  const open = useWindowState(state => state.dialog === 'activity')
  const { store } = useServices()
  return (
    <Dialog title="Activity" open={open} onClose={() => store.setState({ dialog: 'none' })}>
      <Activity />
    </Dialog>
  )
}

function Activity() {
  const ops = useWindowState(state => state.ops)
  const finished = useWindowState(state => state.finished)
  const letters = useWindowState(state => state.letters)
  const letterLists: Record<Tab, LetterState[]> = { needs: [], waiting: [], done: [] }
  for (const letter of Object.values(letters).sort((a, b) => b.at - a.at)) {
    if (letter.state === 'refused' || letter.state === 'uncertain' || (letter.state === 'sent' && letter.refused.length > 0))
      letterLists.needs.push(letter)
    else if (letter.state === 'waiting' || letter.state === 'sending') letterLists.waiting.push(letter)
    else if (letter.state === 'sent') letterLists.done.push(letter)
  }
  const lists: Record<Tab, OpState[]> = {
    needs: finished.filter(op => op.state === 'refused'),
    waiting: Object.values(ops).sort((a, b) => a.at - b.at),
    done: finished.filter(op => op.state !== 'refused'),
  }
  const [tab, setTab] = useState<Tab>(lists.needs.length + letterLists.needs.length > 0 ? 'needs' : 'waiting')
  const count = (name: Tab): number => lists[name].length + letterLists[name].length
  const names: Record<Tab, string> = { needs: 'Needs you', waiting: 'Waiting', done: 'Done' }
  return (
    <section className={styles.activity} role="region" aria-label="Activity">
      <Tabs.Root value={tab} onValueChange={value => setTab(value as Tab)}>
        <Tabs.List className={styles.tabs} aria-label="Wishes">
          {(Object.keys(names) as Tab[]).map(name => (
            <Tabs.Trigger key={name} value={name} className={styles.tab}>
              {names[name]}
              {count(name) > 0 && <span className={styles.count}>{count(name).toLocaleString('en-GB')}</span>}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {(Object.keys(names) as Tab[]).map(name => (
          <Tabs.Content key={name} value={name} className={styles.content}>
            {count(name) === 0 ? (
              <p className={styles.empty}>{empty[name]}</p>
            ) : (
              <ul className={styles.list}>
                {letterLists[name].slice(0, 100).map(letter => (
                  <LetterLine key={letter.id} letter={letter} />
                ))}
                {lists[name].slice(0, 200).map(op => (
                  <WishLine key={op.id} op={op} />
                ))}
              </ul>
            )}
          </Tabs.Content>
        ))}
      </Tabs.Root>
      <AccountLines />
    </section>
  )
}

function WishLine({ op }: { op: OpState }) {
  const { core } = useServices()
  const folders = useWindowState(state => state.folders)
  const isOffline = useWindowState(state => state.statuses[op.account]?.state === 'offline')
  const nameOf = (path: string): string => {
    const folder = folders?.find(one => one.account === op.account && one.path === path)
    return folder ? folderLabel(folder) : path
  }
  const discard = async (): Promise<void> => {
    try {
      if (!(await core.call('ops.withdraw', { id: op.id })))
        showNotice({ kind: 'status', text: 'It is on its way already and cannot be taken back.' })
    } catch (error) {
      showNotice({ kind: 'alert', text: `It could not be taken back: ${error instanceof Error ? error.message : String(error)}` })
    }
  }
  return (
    <li className={styles.line}>
      <span className={styles.words}>
        {wishInWords(op, nameOf)}
        <span className={styles.state}>
          {' '}
          · {stateInWords(op, isOffline)} · {clockTime(op.at)}
        </span>
      </span>
      {op.state === 'queued' && <Button onClick={() => void discard()}>Discard</Button>}
      {op.state === 'refused' && <Button onClick={() => void discard()}>Dismiss</Button>}
    </li>
  )
}
