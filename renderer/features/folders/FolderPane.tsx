import { useWindowState } from '../../app/state-context.ts'
import { ConnectionLine } from './ConnectionLine.tsx'
import { FolderTree } from './FolderTree.tsx'
import { SettingsMenu } from './SettingsMenu.tsx'
import styles from './FolderPane.module.css'

export function FolderPane() {
  const hasAccounts = useWindowState(state => state.accounts.length > 0)
  return (
    <nav className={styles.pane} aria-label="Accounts" data-pane="folders">
      {hasAccounts && <FolderTree />}
      <footer className={styles.foot}>
        <ConnectionLine />
        <SettingsMenu />
      </footer>
    </nav>
  )
}
