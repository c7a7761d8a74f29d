import {
  Archive,
  ChevronDown,
  ChevronRight,
  CloudOff,
  FilePenLine,
  Flag,
  Folder,
  Inbox,
  MailPlus,
  Mails,
  Send,
  ShieldAlert,
  Trash2,
  TriangleAlert,
} from 'lucide-react'
import type { CSSProperties, MouseEvent } from 'react'
import type { AccountStatus } from '../../../shared/model/account.ts'
import type { Role } from '../../../shared/model/folder.ts'
import { numberWords } from '../../data/words/locale.ts'
import { statusWords } from '../../data/words/connection.ts'
import { say } from '../../data/words/say.ts'
import type { LocalList } from '../../state/store.ts'
import { rowLabel, type TreeRow } from './tree-rows.ts'
import styles from './FolderTree.module.css'

const icons: Record<Role, typeof Folder> = {
  inbox: Inbox,
  drafts: FilePenLine,
  sent: Send,
  archive: Archive,
  junk: ShieldAlert,
  trash: Trash2,
  all: Mails,
  flagged: Flag,
  none: Folder,
}

const localIcons: Record<LocalList, typeof Folder> = { drafts: FilePenLine, outbox: MailPlus }

interface FolderRowProps {
  row: TreeRow
  /** Of the account, on its own row. */
  status: AccountStatus | undefined
  selected: boolean
  inTabOrder: boolean
  onActivate(): void
  onToggle(): void
  onFocus(): void
}

const problemIcons = { offline: CloudOff, refused: TriangleAlert }

function problemOf(status: AccountStatus | undefined): keyof typeof problemIcons | null {
  return status?.state === 'offline' || status?.state === 'refused' ? status.state : null
}

export function FolderRow({ row, status, selected, inTabOrder, onActivate, onToggle, onFocus }: FolderRowProps) {
  const problem = problemOf(status)
  const ProblemIcon = problem && problemIcons[problem]
  const isFolder = row.folder !== null || row.local !== null
  const Icon = row.folder ? icons[row.folder.role] : row.local ? localIcons[row.local] : null
  const Chevron = row.expanded ? ChevronDown : ChevronRight
  const toggle = (event: MouseEvent): void => {
    event.stopPropagation()
    onToggle()
  }
  return (
    <div
      role="treeitem"
      aria-label={problem ? say(`folders.row.${problem}`, { row: rowLabel(row) }) : rowLabel(row)}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.expanded ?? undefined}
      aria-selected={selected}
      tabIndex={inTabOrder ? 0 : -1}
      className={isFolder ? styles.folder : styles.account}
      style={{ '--depth': Math.max(0, row.level - 2) } as CSSProperties}
      title={status && problem ? statusWords(status) : undefined}
      onClick={onActivate}
      onFocus={onFocus}
    >
      {row.expanded !== null && (
        <span className={styles.chevron} onClick={toggle} aria-hidden="true">
          <Chevron size={isFolder ? 11 : 13} />
        </span>
      )}
      {Icon && <Icon size={16} aria-hidden="true" />}
      <span className={styles.name} data-hollow={row.folder ? !row.folder.selectable : undefined}>
        {row.label}
      </span>
      {ProblemIcon && <ProblemIcon size={14} className={styles.problem} aria-hidden="true" />}
      {row.unread + row.outgoing > 0 && <b className={styles.count} data-count={numberWords(row.unread + row.outgoing)} />}
    </div>
  )
}
