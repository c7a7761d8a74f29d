/** Entry of a window, and its composition root. */
import '@fontsource-variable/inter'
import './tokens.css'
import './base.css'
import { StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { keyOf } from '../../shared/model/folder.ts'
import { noticeChannel, type Notice } from '../../shared/batch.ts'
import { MailError } from '../../shared/errors.ts'
import { DraftId } from '../../shared/model/outgoing.ts'
import { createActions } from '../data/operations.ts'
import { connectCore } from '../data/core.ts'
import { createReader, type Reader } from '../data/database.ts'
import { createDraftSanitiser } from '../data/compose/draft-html.ts'
import { createListClient, startListWorker, type ListClient } from '../data/list/list-client.ts'
import { errorWords } from '../data/words/errors.ts'
import { setLocale } from '../data/words/locale.ts'
import { say } from '../data/words/say.ts'
import { createContacts } from '../data/compose/contacts-source.ts'
import { showNotice } from '../ui/notices.tsx'
import { setUiWords } from '../ui/words.ts'
import { App } from './App.tsx'
import { CannotStart } from './CannotStart.tsx'
import { composeMailto, leaveDiscarded, tell, watchAccounts, watchReading } from '../commands/compose.ts'
import { announce } from '../commands/outgoing.ts'
import { bindKeys } from './keyboard.ts'
import { uiWords } from './ui-words.ts'
import type { Services } from '../state/services.ts'
import { createWindowStore, noSelection } from '../state/store.ts'
import { greet, listenToCore, takeView, tellUnread, wantPreviews, watchList } from '../state/sync.ts'

function start(): void {
  setLocale(document.documentElement.dataset.locale ?? '')
  setUiWords(uiWords)
  const named = DraftId.safeParse(new URLSearchParams(location.search).get('draft'))
  const draft = named.success ? named.data : null
  const store = createWindowStore()
  const list: ListClient = createListClient(startListWorker(), view => takeView(store, view))
  const reader = createReader()
  reader.open().catch(() => undefined) // while the window is drawn for the first time; whoever reads hears of a failure
  const refused = (text: string): void => void showNotice({ kind: 'alert', text })
  const listener = listenToCore(store, () => list, {
    refused: ({ error }) => refused(error ? say('window.changeRefused', { reason: errorWords(error) }) : say('window.changeRefusedSilently')),
    outgoingChanged(draft, before) {
      announce({ store }, draft, before)
      leaveDiscarded({ store }, draft)
    },
    compose,
  })
  const core = connectCore(window.pillarbox.connect(), listener)
  const actions = createActions({
    core,
    list,
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
    folderId: ref => store.getState().folders?.find(folder => keyOf(folder.ref) === keyOf(ref))?.id ?? null,
    refused: message => refused(say('window.changeNotKept', { reason: message })),
    changed: canUndo => store.setState({ canUndo }),
  })
  const contacts = createContacts({ reader, folders: () => store.getState().folders ?? [], now: () => Date.now() })
  const services: Services = { core, list, reader, actions, store, contacts, sanitiseDraft: createDraftSanitiser(window) }
  function compose(url: string): void {
    if (draft === null) composeMailto(services, url).catch(tell(say('window.draftNotBegun')))
  }

  if (draft === null) {
    watchList(store, list, core)
    wantPreviews(store, core)
    tellUnread(store, core)
    watchReading(services)
    bindKeys(window, services)
  }
  watchAccounts(services)
  const epochs = watchEpochs(reader, () => {
    actions.forget()
    store.setState({ selection: noSelection, open: null, view: null, chosen: null })
  })
  const root = createRoot(document.getElementById('root')!)
  const show = (shown: ReactNode): void => root.render(<StrictMode>{shown}</StrictMode>)
  greet(store, core, draft)
    .then(({ compose: url, show: told }) => {
      if (told) listener.folderShow(told)
      if (url !== null) compose(url)
    })
    .catch((error: unknown) => {
      const reason = errorWords(error)
      show(<CannotStart message={error instanceof MailError && error.kind === 'refused' ? reason : say('window.startAgain', { reason })} />)
    })
  show(<App services={services} epochs={epochs} draft={draft} />)
}

/** Watches for a cache that began anew: another database, where local ids mean something else. */
function watchEpochs(reader: Reader, begunAnew: () => void): (listener: () => void) => () => void {
  const listeners = new Set<() => void>()
  const notices = new BroadcastChannel(noticeChannel)
  notices.addEventListener('message', ({ data }: MessageEvent<Notice>) => {
    if (data.kind !== 'epoch' || data.epoch === reader.epoch) return
    begunAnew()
    for (const listener of listeners) listener()
  })
  return listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
}

start()
