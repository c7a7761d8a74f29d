import { keyOf, type FolderRef } from '../../../shared/model/folder.ts'
import { Tabs } from 'radix-ui'
import { useState } from 'react'
import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import type { OpState } from '../../../shared/operations.ts'
import { clockTime } from '../../data/words/dates.ts'
import { errorWords } from '../../data/words/errors.ts'
import { numberWords } from '../../data/words/locale.ts'
import { stateInWords, operationInWords } from '../../data/words/operations.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { folderLabel } from '../../state/store.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { AccountLines } from './AccountLines.tsx'
import { OutgoingLine } from './OutgoingLine.tsx'
import styles from './ActivityDialog.module.css'

type Tab = 'needs' | 'waiting' | 'done'
const tabs: readonly Tab[] = ['needs', 'waiting', 'done']

/** What was asked for and what became of it, and how each account stands. */
export function ActivityDialog() {
  const open = useWindowState(state => state.dialog === 'activity')
  const { store } = useServices()
  return (
    <Dialog title={say('activity.title')} open={open} onClose={() => store.setState({ dialog: 'none' })}>
      <Activity />
    </Dialog>
  )
}

function Activity() {
  const ops = useWindowState(state => state.ops)
  const finished = useWindowState(state => state.finished)
  const outgoing = useWindowState(state => state.outgoing)
  const outgoingLists: Record<Tab, OutgoingState[]> = { needs: [], waiting: [], done: [] }
  for (const message of Object.values(outgoing).sort((a, b) => b.at - a.at)) {
    if (message.state === 'refused' || message.state === 'uncertain' || (message.state === 'sent' && message.refused.length > 0))
      outgoingLists.needs.push(message)
    else if (message.state === 'waiting' || message.state === 'sending') outgoingLists.waiting.push(message)
    else if (message.state === 'sent') outgoingLists.done.push(message)
  }
  const lists: Record<Tab, OpState[]> = {
    needs: finished.filter(op => op.state === 'refused'),
    waiting: Object.values(ops).sort((a, b) => a.at - b.at),
    done: finished.filter(op => op.state !== 'refused'),
  }
  const [tab, setTab] = useState<Tab>(lists.needs.length + outgoingLists.needs.length > 0 ? 'needs' : 'waiting')
  const count = (name: Tab): number => lists[name].length + outgoingLists[name].length
  return (
    <section className={styles.activity} role="region" aria-label={say('activity.title')}>
      <Tabs.Root value={tab} onValueChange={value => setTab(value as Tab)}>
        <Tabs.List className={styles.tabs} aria-label={say('activity.tabs')}>
          {tabs.map(name => (
            <Tabs.Trigger key={name} value={name} className={styles.tab}>
              {say(`activity.tab.${name}`)}
              {count(name) > 0 && <span className={styles.count}>{numberWords(count(name))}</span>}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {tabs.map(name => (
          <Tabs.Content key={name} value={name} className={styles.content}>
            {count(name) === 0 ? (
              <p className={styles.empty}>{say(`activity.empty.${name}`)}</p>
            ) : (
              <ul className={styles.list}>
                {outgoingLists[name].slice(0, 100).map(message => (
                  <OutgoingLine key={message.id} message={message} />
                ))}
                {lists[name].slice(0, 200).map(op => (
                  <OperationLine key={op.id} op={op} />
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

function OperationLine({ op }: { op: OpState }) {
  const { core } = useServices()
  const folders = useWindowState(state => state.folders)
  const isOffline = useWindowState(state => state.statuses[op.account]?.state === 'offline')
  const nameOf = (ref: FolderRef): string => {
    const folder = folders?.find(one => keyOf(one.ref) === keyOf(ref))
    return folder ? folderLabel(folder) : ref.path
  }
  const discard = async (): Promise<void> => {
    try {
      if (!(await core.call('ops.withdraw', { id: op.id }))) showNotice({ kind: 'status', text: say('activity.tooLate') })
    } catch (error) {
      showNotice({ kind: 'alert', text: say('activity.notTakenBack', { reason: errorWords(error) }) })
    }
  }
  return (
    <li className={styles.line}>
      <span className={styles.words}>
        {operationInWords(op, nameOf)}
        <span className={styles.state}>
          {' '}
          · {stateInWords(op, isOffline)} · {clockTime(op.at)}
        </span>
      </span>
      {op.state === 'queued' && <Button onClick={() => void discard()}>{say('activity.discard')}</Button>}
      {op.state === 'refused' && <Button onClick={() => void discard()}>{say('activity.dismiss')}</Button>}
    </li>
  )
}
