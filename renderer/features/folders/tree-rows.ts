/** The folder tree as flat rows: per account its special folders first, then the others by name, nested by their paths. Pure. */
import type { AccountInfo } from '../../../shared/model/account.ts'
import { keyOf, type Folder, type Role } from '../../../shared/model/folder.ts'
import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import { folderLabel, type LocalList } from '../../state/store.ts'
import { isDraft, isOutbound } from '../../data/words/outgoing.ts'
import { say } from '../../data/words/say.ts'

export interface TreeRow {
  key: string
  /** Null below "On this computer". */
  account: AccountInfo | null
  /** Null for the row of the account itself. */
  folder: Folder | null
  /** Messages of this computer. */
  local: LocalList | null
  label: string
  /** 1 for accounts, 2 for their folders. */
  level: number
  /** Null where there is nothing to expand. */
  expanded: boolean | null
  unread: number
  /** Messages in it, for those of this computer. */
  outgoing: number
  position: number
  siblings: number
}

const specialFirst: Role[] = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash', 'all', 'flagged']
const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Unread as shown: known rows with the operations, and for rows still to come what the server says. */
export function unreadOf({ messages, unread, shownUnread, server, role }: Folder): number {
  if (role === 'sent' || role === 'trash' || role === 'junk') return 0
  const behind = server !== null && server.unseen !== null && server.messages > messages
  return behind ? Math.max(shownUnread, server.unseen! + shownUnread - unread) : shownUnread
}

export function rowLabel({ label, unread, outgoing }: Pick<TreeRow, 'label' | 'unread' | 'outgoing'>): string {
  if (outgoing > 0) return say('folders.row.messages', { folder: label, messages: outgoing })
  return unread > 0 ? say('folders.row.unread', { folder: label, count: unread }) : label
}

export function accountKey(account: AccountInfo): string {
  return account.id
}

function compare(a: Folder, b: Folder): number {
  const rank = ({ role }: Folder): number => (role === 'none' ? specialFirst.length : specialFirst.indexOf(role))
  return rank(a) - rank(b) || byName.compare(folderLabel(a), folderLabel(b))
}

/** Rows to show; what `collapsed` names shows none of its children. */
export function treeRows(accounts: AccountInfo[], folders: Folder[], collapsed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  accounts.forEach((account, i) => {
    const own = folders.filter(folder => folder.ref.account === account.id)
    const keys = new Set(own.map(folder => keyOf(folder.ref)))
    const isTop = (folder: Folder): boolean => folder.role !== 'none' || folder.parent === null || !keys.has(keyOf(folder.parent))
    const below = new Map<string, Folder[]>()
    for (const folder of own)
      if (folder.parent && !isTop(folder)) below.set(keyOf(folder.parent), [...(below.get(keyOf(folder.parent)) ?? []), folder])
    const childrenOf = ({ ref }: Folder): Folder[] => (below.get(keyOf(ref)) ?? []).sort(compare)
    const isShown = (folder: Folder): boolean => folder.selectable || childrenOf(folder).some(isShown)
    const key = accountKey(account)
    const open = !collapsed.has(key)
    rows.push({
      key,
      account,
      folder: null,
      local: null,
      outgoing: 0,
      label: account.email,
      level: 1,
      expanded: own.length > 0 ? open : null,
      unread: 0,
      position: i + 1,
      siblings: accounts.length,
    })

    function add(siblings: Folder[], level: number): void {
      siblings.forEach((folder, i) => {
        const children = childrenOf(folder).filter(isShown)
        const key = keyOf(folder.ref)
        const expanded = children.length > 0 ? !collapsed.has(key) : null
        rows.push({
          key,
          account,
          folder,
          local: null,
          outgoing: 0,
          label: folderLabel(folder),
          level,
          expanded,
          unread: unreadOf(folder),
          position: i + 1,
          siblings: siblings.length,
        })
        if (expanded) add(children, level + 1)
      })
    }
    if (open) add(own.filter(isTop).filter(isShown).sort(compare), 2)
  })
  return rows
}

const localGroup = 'local'

export function localKey(local: LocalList): string {
  return `${localGroup}/${local}`
}

/** "On this computer": messages that no server holds. A list shows while there is something in it, or while it is in front. */
export function localRows(outgoing: readonly OutgoingState[], inFront: LocalList | null, collapsed: ReadonlySet<string>, groups: number): TreeRow[] {
  const counts: Record<LocalList, number> = { drafts: outgoing.filter(isDraft).length, outbox: outgoing.filter(isOutbound).length }
  const shown = (['drafts', 'outbox'] as const).filter(local => counts[local] > 0 || local === inFront)
  if (shown.length === 0) return []
  const open = !collapsed.has(localGroup)
  const group = { account: null, folder: null, unread: 0 }
  const rows = shown.map((local, i): TreeRow => ({
    ...group,
    key: localKey(local),
    local,
    label: say(`folders.local.${local}`),
    level: 2,
    expanded: null,
    outgoing: counts[local],
    position: i + 1,
    siblings: shown.length,
  }))
  const head = {
    ...group,
    key: localGroup,
    local: null,
    label: say('folders.local'),
    level: 1,
    expanded: open,
    outgoing: 0,
    position: groups,
    siblings: groups,
  }
  return [head, ...(open ? rows : [])]
}
