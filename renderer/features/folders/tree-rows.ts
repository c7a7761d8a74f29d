/** The folder tree as flat rows: per account its special folders first, then the others by name, nested by their paths. Pure. */
import type { AccountInfo, Folder, Role } from '../../../shared/model.ts'
import { folderLabel } from '../../app/state.ts'
import { countWord } from '../../data/connection-words.ts'

export interface TreeRow {
  key: string
  account: AccountInfo
  /** Null for the row of the account itself. */
  folder: Folder | null
  label: string
  /** 1 for accounts, 2 for their folders. */
  level: number
  /** Null where there is nothing to expand. */
  expanded: boolean | null
  unread: number
  position: number
  siblings: number
}

const specialFirst: Role[] = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash', 'all', 'flagged']
const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Unread as shown: known rows with the wishes, and for rows still to come what the server says. */
export function unreadOf({ messages, unread, shownUnread, server, role }: Folder): number {
  if (role === 'sent' || role === 'trash' || role === 'junk') return 0
  const behind = server !== null && server.unseen !== null && server.messages > messages
  return behind ? Math.max(shownUnread, server.unseen! + shownUnread - unread) : shownUnread
}

export function rowLabel({ label, unread }: Pick<TreeRow, 'label' | 'unread'>): string {
  return unread > 0 ? `${label}, ${countWord(unread, 'unread', 'unread')}` : label
}

export function accountKey(account: AccountInfo): string {
  return account.id
}

export function folderKey(folder: Pick<Folder, 'account' | 'path'>): string {
  return `${folder.account}/${folder.path}`
}

function compare(a: Folder, b: Folder): number {
  const rank = ({ role }: Folder): number => (role === 'none' ? specialFirst.length : specialFirst.indexOf(role))
  return rank(a) - rank(b) || byName.compare(folderLabel(a), folderLabel(b))
}

/** Rows to show; what `collapsed` names shows none of its children. */
export function treeRows(accounts: AccountInfo[], folders: Folder[], collapsed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  accounts.forEach((account, i) => {
    const own = folders.filter(folder => folder.account === account.id)
    const paths = new Set(own.map(folder => folder.path))
    const isTop = (folder: Folder): boolean => folder.role !== 'none' || !paths.has(folder.parent)
    const childrenOf = (path: string): Folder[] => own.filter(folder => !isTop(folder) && folder.parent === path).sort(compare)
    const isShown = (folder: Folder): boolean => folder.selectable || childrenOf(folder.path).some(isShown)
    const key = accountKey(account)
    const open = !collapsed.has(key)
    rows.push({
      key,
      account,
      folder: null,
      label: account.email,
      level: 1,
      expanded: own.length > 0 ? open : null,
      unread: 0,
      position: i + 1,
      siblings: accounts.length,
    })

    function add(siblings: Folder[], level: number): void {
      siblings.forEach((folder, i) => {
        const children = childrenOf(folder.path).filter(isShown)
        const key = folderKey(folder)
        const expanded = children.length > 0 ? !collapsed.has(key) : null
        rows.push({
          key,
          account,
          folder,
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
