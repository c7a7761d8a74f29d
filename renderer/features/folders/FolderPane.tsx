import { useWindowState } from '../../app/state-context.ts'
import { ConnectionLine } from './ConnectionLine.tsx'
import { FolderTree } from './FolderTree.tsx'
import { SettingsMenu } from './SettingsMenu.tsx'
import styles from './FolderPane.module.css'

export function FolderPane() {
  const hasAccounts = useWindowState(state => state.accounts.length > 0)
  const state = useWindowState(state => state.core)
  return (
    <nav className={styles.pane} aria-label="Accounts" data-pane="folders">
      {hasAccounts && <FolderTree />}
      {!hasAccounts && state === 'ready' && (
        <p className={styles.empty}>Pillarbox keeps your mail in step on every device and readable offline. No account has been added yet.</p>
      )}
      <footer className={styles.foot}>
        <ConnectionLine />
        <SettingsMenu />
      </footer>
    </nav>
  )
}
