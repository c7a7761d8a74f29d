import { useLiveQuery } from 'dexie-react-hooks'
import type Dexie from 'dexie'
import { useEffect, useLayoutEffect, useState } from 'react'
import type { DraftId } from '../../shared/model/outgoing.ts'
import type { Folder } from '../../shared/model/folder.ts'
import { AccountsDialog } from '../features/accounts/AccountsDialog.tsx'
import { AddAccountDialog } from '../features/accounts/AddAccountDialog.tsx'
import { UnlockDialog } from '../features/accounts/UnlockDialog.tsx'
import { DraftWindow } from '../features/composer/DraftWindow.tsx'
import { KeysSheet } from '../features/palette/KeysSheet.tsx'
import { ReplyAllDialog } from '../features/composer/ReplyAllDialog.tsx'
import { Palette } from '../features/palette/Palette.tsx'
import { ActivityDialog } from '../features/activity/ActivityDialog.tsx'
import { ExpungeDialog } from '../features/transfer/ExpungeDialog.tsx'
import { FolderChooser } from '../features/transfer/FolderChooser.tsx'
import { ErrorBoundary } from '../ui/ErrorBoundary.tsx'
import { Notices } from '../ui/notices.tsx'
import { say } from '../data/words/say.ts'
import { Layout } from './Layout.tsx'
import { chooseFirstFolder } from '../state/sync.ts'
import { DatabaseContext, ServicesContext, useServices, useWindowState, type Services } from '../state/services.ts'

type Epochs = (listener: () => void) => () => void

/** The open cache, opened again whenever the cache page starts anew. */
function useDatabase(epochs: Epochs): Dexie | null {
  const { reader } = useServices()
  const [database, setDatabase] = useState<Dexie | null>(null)
  useEffect(() => {
    let current = true
    const open = (): void => void reader.open().then(opened => current && setDatabase(opened))
    open()
    const stop = epochs(() => {
      reader.close()
      setDatabase(null)
      open()
    })
    return () => {
      current = false
      stop()
    }
  }, [reader, epochs])
  return database
}

/** Mirrors the folders into the store, where commands and the list find them. */
function useFolders(database: Dexie | null): void {
  const { store } = useServices()
  const folders = useLiveQuery(
    () =>
      database
        ?.table<Folder>('folders')
        .toArray()
        .catch(() => undefined), // closed a moment ago: the next epoch asks again
    [database],
  )
  const accounts = useWindowState(state => state.accounts)
  useEffect(() => {
    if (folders) store.setState({ folders })
    chooseFirstFolder(store)
  }, [folders, accounts, store])
}

function useTheme(): void {
  const { theme, density } = useWindowState(state => state.settings)
  useLayoutEffect(() => {
    const { dataset } = document.documentElement
    if (theme === 'system') delete dataset.theme
    else dataset.theme = theme
    dataset.density = density
  }, [theme, density])
}

/** A window for one draft: no list, no reader. */
function OneDraft({ draft, epochs }: { draft: DraftId; epochs: Epochs }) {
  useFolders(useDatabase(epochs)) // for people to complete addresses from
  useTheme()
  return (
    <>
      <ErrorBoundary what={say('window.part.message')}>
        <DraftWindow draft={draft} />
      </ErrorBoundary>
      <Notices />
    </>
  )
}

function Window({ epochs }: { epochs: Epochs }) {
  const database = useDatabase(epochs)
  useFolders(database)
  useTheme()
  return (
    <DatabaseContext value={database}>
      <ErrorBoundary what={say('window.part.window')}>
        <Layout />
      </ErrorBoundary>
      <ErrorBoundary what={say('window.part.dialog')}>
        <Palette />
        <KeysSheet />
        <FolderChooser />
        <ExpungeDialog />
        <ReplyAllDialog />
        <AddAccountDialog />
        <AccountsDialog />
        <UnlockDialog />
        <ActivityDialog />
      </ErrorBoundary>
      <Notices />
    </DatabaseContext>
  )
}

interface AppProps {
  services: Services
  epochs: Epochs
  /** The draft of a window of its own. */
  draft: DraftId | null
}

export function App({ services, epochs, draft }: AppProps) {
  return <ServicesContext value={services}>{draft ? <OneDraft draft={draft} epochs={epochs} /> : <Window epochs={epochs} />}</ServicesContext>
}
