import { PenLine, Plus } from 'lucide-react'
import { commandNamed, perform } from '../../commands/commands.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { keyWords } from '../../ui/Keys.tsx'
import { ConnectionLine } from './ConnectionLine.tsx'
import { FolderTree } from './FolderTree.tsx'
import { SettingsMenu } from './SettingsMenu.tsx'
import styles from './FolderPane.module.css'

export function FolderPane() {
  const services = useServices()
  const hasAccounts = useWindowState(state => state.accounts.length > 0)
  return (
    <nav className={styles.pane} aria-label="Accounts" data-pane="folders">
      {hasAccounts && (
        <Button
          className={styles.compose}
          icon={<PenLine aria-hidden="true" />}
          title={`New message (${keyWords(commandNamed('newMessage').keys[0]!)})`}
          onClick={() => perform(commandNamed('newMessage'), services)}
        >
          New message
        </Button>
      )}
      {hasAccounts && <FolderTree />}
      <footer className={styles.foot}>
        <ConnectionLine />
        {hasAccounts && (
          <Button
            look="quiet"
            aria-label="Add account"
            title="Add account"
            icon={<Plus aria-hidden="true" />}
            onClick={() => perform(commandNamed('addAccount'), services)}
          />
        )}
        <SettingsMenu />
      </footer>
    </nav>
  )
}
