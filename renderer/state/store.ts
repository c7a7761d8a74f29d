/** What one window shows: a store made by a factory, so that tests and further windows have their own. Data of mail stay in the cache and the list worker. */
import type { Feature } from '../../shared/model/features.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AccountId, AccountInfo, AccountStatus } from '../../shared/model/account.ts'
import { keyOf, type FolderRef, type Folder } from '../../shared/model/folder.ts'
import type { MessageId, MessageIdentity } from '../../shared/model/message.ts'
import type { Settings } from '../../shared/model/settings.ts'
import type { DraftId, OutgoingState } from '../../shared/model/outgoing.ts'
import type { OpId, OpState } from '../../shared/operations.ts'
import type { SecretsState } from '../../shared/model/account-setup.ts'
import type { Composition } from '../data/compose/composition.ts'
import { say } from '../data/words/say.ts'
import type { Filter, ListView, Row } from '../data/list/list-protocol.ts'

/** The lists of messages that are on this computer alone. */
export type LocalList = 'drafts' | 'outbox'

export interface Selection {
  ids: ReadonlySet<MessageId>
  /** Where the keyboard stands; with one message selected it is the one in the reader. */
  focus: MessageId | null
  /** The fixed end of a range. */
  anchor: MessageId | null
}

/** Messages of one folder. */
export interface Chosen {
  folder: Folder
  ids: readonly MessageId[]
}

export type AccountPage = { kind: 'edit' | 'remove' | 'password' | 'certificates'; account: AccountId } | { kind: 'keep' }

export interface WindowState {
  /** `lost`: the core has ended. */
  core: 'starting' | 'ready' | 'lost'
  accounts: AccountInfo[]
  /** Abilities the host does not have. */
  missingFeatures: readonly Feature[]
  secrets: SecretsState
  statuses: Record<AccountId, AccountStatus>
  ops: Record<OpId, OpState>
  /** Operations that ended since the window was opened, newest first. */
  finished: OpState[]
  /** Messages written here: drafts, those on their way, and the newest that went. */
  outgoing: Record<DraftId, OutgoingState>
  /** The message that is written in this window. */
  composing: Composition | null
  /** A message on its way into the window, and what is typed meanwhile; null where none is. */
  coming: { ticket: number; typed: string } | null
  /** Messages of this computer in front, instead of a folder. */
  local: LocalList | null
  settings: Settings
  /** Null until the cache has been read. */
  folders: Folder[] | null
  inFront: FolderRef | null
  filter: Filter
  /** Rows the list wants. */
  range: { from: number; to: number }
  /** Null until the folder in front is read. */
  view: ListView | null
  selection: Selection
  /** Row of the message in the reader as last seen; it stays when the message goes. */
  open: Row | null
  /** Messages that stopped a window: not shown by themselves. */
  stopped: readonly MessageIdentity[]
  /** In the layout "list alone": the reader is in front. */
  reading: boolean
  /** The window is too narrow for columns. */
  narrow: boolean
  dialog: 'none' | 'palette' | 'keys' | 'move' | 'copy' | 'expunge' | 'addAccount' | 'accounts' | 'unlock' | 'activity' | 'replyAll'
  /** What "Delete for good", "Move to" and "Copy to" ask about: what was selected when they were opened, whatever comes to the front meanwhile. */
  chosen: Chosen | null
  /** What an answer to many asks about: how many it would go to, why it cannot (in words), and whether the sender alone can be answered instead. */
  replyAll: { kind: 'reply' | 'replyAll'; count: number; problem: string | null; toSender: boolean }
  /** What the dialog "Accounts" shows; null: the list. */
  accountPage: AccountPage | null
  canUndo: boolean
  /** Whole rows that fit the list on screen. */
  pageRows: number
}

export type WindowStore = StoreApi<WindowState>

export const noSelection: Selection = { ids: new Set(), focus: null, anchor: null }

export function createWindowStore(initial: Partial<WindowState> = {}): WindowStore {
  return createStore<WindowState>(() => ({
    core: 'starting',
    accounts: [],
    missingFeatures: [],
    secrets: { kind: 'unset' },
    statuses: {},
    ops: {},
    finished: [],
    outgoing: {},
    composing: null,
    coming: null,
    local: null,
    settings: { theme: 'system', density: 'normal', layout: 'columns' },
    folders: null,
    inFront: null,
    filter: 'all',
    range: { from: 0, to: 60 },
    view: null,
    selection: noSelection,
    open: null,
    stopped: [],
    reading: false,
    narrow: false,
    dialog: 'none',
    chosen: null,
    replyAll: { kind: 'replyAll', count: 0, problem: null, toSender: true },
    accountPage: null,
    canUndo: false,
    pageRows: 10,
    ...initial,
  }))
}

/** The layout in effect: three columns need room, which a small window or a high zoom does not leave. */
export function layoutInEffect({ settings, narrow }: WindowState): Settings['layout'] {
  return settings.layout === 'columns' && narrow ? 'list' : settings.layout
}

/** The folder in front, where it is in the cache; null while messages of this computer are in front. */
export function folderInFront({ folders, inFront, local }: WindowState): Folder | null {
  return (local === null && inFront && folders?.find(folder => keyOf(folder.ref) === keyOf(inFront))) || null
}

/** The message in the reader: the only one selected. */
export function openMessage({ selection }: WindowState): MessageId | null {
  return selection.ids.size === 1 ? ([...selection.ids][0] ?? null) : null
}

/** Rows of the selection as far as they are at hand; enough to say what a command would do. */
export function selectedRows(state: WindowState): Row[] {
  const { selection, view, open } = state
  const rows = (view?.rows ?? []).filter(row => selection.ids.has(row.id))
  return rows.length === 0 && open && selection.ids.has(open.id) ? [open] : rows
}

/** The selection, as messages to do something with. */
export function chosenMessages(state: WindowState): Chosen | null {
  const folder = folderInFront(state)
  return folder && state.selection.ids.size > 0 ? { folder, ids: [...state.selection.ids] } : null
}

export function isOutgoing(folder: Folder | null): boolean {
  return folder?.role === 'sent' || folder?.role === 'drafts'
}

/** What a folder is called. Servers name the inbox INBOX, whatever the language. */
export function folderLabel({ role, name }: Pick<Folder, 'role' | 'name'>): string {
  return role === 'inbox' ? say('folders.inbox') : name
}
