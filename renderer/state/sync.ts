/** Keeps the store, the list worker and the core in step: what is looked at goes out, views and states come in. */
import type { ResultOf } from '../../shared/contract/call.ts'
import type { coreCalls } from '../../shared/contract/core-calls.ts'
import { keyOf } from '../../shared/model/folder.ts'
import type { AccountId, AccountInfo, AccountStatus } from '../../shared/model/account.ts'
import type { Settings } from '../../shared/model/settings.ts'
import type { DraftId, OutgoingState } from '../../shared/model/outgoing.ts'
import type { OpState } from '../../shared/operations.ts'
import type { SecretsState } from '../../shared/model/account-setup.ts'
import type { Core, CoreListener } from '../data/core.ts'
import { withKnownRows } from '../data/list/known-rows.ts'
import type { ListClient } from '../data/list/list-client.ts'
import type { ListView } from '../data/list/list-protocol.ts'
import { factWords } from '../data/words/errors.ts'
import { showNotice } from '../ui/notices.tsx'
import { goTo, goToMessage } from './selection.ts'
import { folderInFront, openMessage, type WindowState, type WindowStore } from './store.ts'

const previewsDelayMs = 200
const keptFinished = 200
/** Dialogs that go when another message comes to the front. */
const aboutSelection: ReadonlySet<WindowState['dialog']> = new Set(['palette', 'move', 'copy', 'expunge', 'replyAll'])

/** Sends `watch` whenever folder, filter, rows or focus change, and tells the core which folder is in front. Answers how to stop. */
export function watchList(store: WindowStore, list: ListClient, core: Core): () => void {
  let ticket = 0
  let last = ''
  let lastFolder = ''

  function look(state: WindowState): void {
    const folder = folderInFront(state)
    if (!folder) {
      last = '' // its view is asked for anew when it comes back to the front
      return
    }
    const { filter, range, selection } = state
    const wanted = JSON.stringify([folder.id, filter, range, selection.focus])
    if (wanted === last) return
    last = wanted
    list.watch({ ticket: ++ticket, folder: folder.id, filter, ...range, focus: selection.focus })
    const inFront = keyOf(folder.ref)
    if (inFront === lastFolder) return
    lastFolder = inFront
    core.call('folder.open', folder.ref).catch(() => undefined) // the connection line tells what is wrong
  }

  look(store.getState())
  return store.subscribe(look)
}

/** Takes a view in, unless another folder or filter is in front by now. */
export function takeView(store: WindowStore, told: ListView): void {
  const state = store.getState()
  const folder = folderInFront(state)
  if (!folder || told.folder !== folder.id || told.filter !== state.filter) return
  const view = withKnownRows(told, state.view)
  const id = openMessage(state)
  const row = id === null ? null : (view.rows.find(row => row.id === id) ?? (view.focus?.id === id ? view.focus.row : null))
  store.setState({ view, open: row ?? (state.open?.id === id ? state.open : null) })
}

/** Asks the core for the snippets that the rows on screen lack. Answers how to stop. */
export function wantPreviews(store: WindowStore, core: Core): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = ''

  function ask(): void {
    const state = store.getState()
    const folder = folderInFront(state)
    const uids = state.view?.rows.filter(row => !row.previewed && row.uid > 0).map(row => row.uid) ?? []
    if (!folder || uids.length === 0) return
    const key = `${folder.id} ${uids.join()}`
    if (key === asked) return
    asked = key
    const wanted = { folder: folder.id, ref: folder.ref, uids: uids.slice(0, 500) }
    core.call('previews.want', wanted).catch(() => (asked = '')) // asked again with the next view
  }

  const stop = store.subscribe((state, before) => {
    if (state.view === before.view) return
    clearTimeout(timer)
    timer = setTimeout(ask, previewsDelayMs)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

export interface Told {
  /** An operation was refused. */
  refused(op: OpState): void
  outgoingChanged(draft: OutgoingState, before: OutgoingState | undefined): void
  /** A mailto address. */
  compose(url: string): void
}

function hasEnded({ state }: OpState): boolean {
  return state === 'done' || state === 'refused' || state === 'withdrawn'
}

/** Tells the core how many unread messages the inboxes hold, for the icon of the program. Answers how to stop. */
export function tellUnread(store: WindowStore, core: Core): () => void {
  let told = 0
  return store.subscribe(({ folders }, before) => {
    if (!folders || folders === before.folders) return
    const count = folders.reduce((sum, { role, shownUnread }) => sum + (role === 'inbox' ? Math.max(0, shownUnread) : 0), 0)
    if (count === told) return
    told = count
    core.call('desktop.unread', { count }).catch(() => undefined) // only an icon
  })
}

/** Puts what the core tells into the store; what people must hear of is told on. */
export function listenToCore(store: WindowStore, list: () => ListClient, told: Told): CoreListener {
  return {
    accountStatus: (status: AccountStatus) => store.setState(({ statuses }) => ({ statuses: { ...statuses, [status.account]: status } })),
    accountsChanged: (accounts: AccountInfo[]) =>
      store.setState(({ ops, finished, outgoing }) => {
        const isHere = ({ account }: { account: AccountId }): boolean => accounts.some(({ id }) => id === account)
        const here = <T extends { account: AccountId }>(all: Record<string, T>): Record<string, T> =>
          Object.fromEntries(Object.entries(all).filter(([, one]) => isHere(one)))
        return { accounts, ops: here(ops), finished: finished.filter(isHere), outgoing: here(outgoing) }
      }),
    folderShow({ uid, folder }) {
      if (aboutSelection.has(store.getState().dialog)) store.setState({ dialog: 'none' })
      if (uid === null) goTo({ store }, folder)
      else goToMessage({ store, list: list() }, folder, uid)
    },
    secretsChanged: (secrets: SecretsState) => store.setState({ secrets }),
    settingsChanged: (settings: Settings) => store.setState({ settings }),
    opChanged(op: OpState) {
      store.setState(({ ops, finished }) => {
        const others = Object.fromEntries(Object.entries(ops).filter(([id]) => id !== op.id))
        if (!hasEnded(op)) return { ops: { ...others, [op.id]: op }, finished }
        const seen = op.state === 'withdrawn' && finished.some(({ id, state }) => id === op.id && state === 'refused')
        const before = finished.filter(({ id }) => id !== op.id)
        return { ops: others, finished: seen ? before : [op, ...before].slice(0, keptFinished) }
      })
      if (hasEnded(op)) list().dropped(op.id)
      if (op.state === 'refused') told.refused(op)
    },
    outgoingChanged(draft: OutgoingState) {
      const { outgoing } = store.getState()
      const others = Object.fromEntries(Object.entries(outgoing).filter(([id]) => id !== draft.id))
      store.setState({ outgoing: draft.state === 'discarded' ? others : { ...others, [draft.id]: draft } })
      told.outgoingChanged(draft, outgoing[draft.id])
    },
    composeOpen: url => told.compose(url),
    closed: () => store.setState({ core: 'lost' }),
  }
}

/** First call of the window: accounts, settings and what waits. Answers the mailto address the program was started with, and the folder to begin in. */
export async function greet(
  store: WindowStore,
  core: Core,
  draft: DraftId | null,
): Promise<Pick<ResultOf<typeof coreCalls, 'app.hello'>, 'compose' | 'show'>> {
  const { host, settings, secrets, accounts, statuses, ops, outgoing, compose, startupWarnings, stopped, show } = await core.call('app.hello', {
    draft,
  })
  store.setState({
    core: 'ready',
    missingFeatures: host.missingFeatures,
    settings,
    stopped,
    secrets,
    ...(secrets.kind === 'passphrase' && secrets.locked && accounts.length > 0 && { dialog: 'unlock' as const }),
    accounts,
    statuses: Object.fromEntries(statuses.map(status => [status.account, status])),
    ops: Object.fromEntries(ops.filter(op => !hasEnded(op)).map(op => [op.id, op])),
    finished: ops.filter(hasEnded).reverse(),
    outgoing: Object.fromEntries(outgoing.map(draft => [draft.id, draft])),
  })
  for (const fact of startupWarnings) showNotice({ kind: 'alert', text: factWords(fact) })
  return { compose, show }
}

/** Goes to the first inbox when nothing is in front, and leaves a folder that is gone. */
export function chooseFirstFolder(store: WindowStore): void {
  const state = store.getState()
  if (!state.folders || state.local !== null || folderInFront(state)) return
  for (const account of state.accounts) {
    const inbox = state.folders.find(folder => folder.ref.account === account.id && folder.role === 'inbox')
    if (inbox) return store.setState({ inFront: inbox.ref, view: null })
  }
}
