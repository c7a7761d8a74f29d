import { PenLine, Plus } from 'lucide-react'
import { commandNamed, perform } from '../../commands/commands.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { keyWords } from '../../ui/Keys.tsx'
import { ConnectionLine } from './ConnectionLine.tsx'
import { FolderTree } from './FolderTree.tsx'
import { SettingsMenu } from './SettingsMenu.tsx'
import styles from './FolderPane.module.css'

export function FolderPane() {
  const services = useServices()
  const newMessage = commandNamed('newMessage')
  const addAccount = commandNamed('addAccount')
  const hasAccounts = useWindowState(state => state.accounts.length > 0)
  return (
    <nav className={styles.pane} aria-label={say('folders.pane')} data-pane="folders">
      {hasAccounts && (
        <Button
          className={styles.compose}
          icon={<PenLine aria-hidden="true" />}
          title={say('common.withKeys', { label: newMessage.label, keys: keyWords(newMessage.keys[0]!) })}
          onClick={() => perform(newMessage, services)}
        >
          {newMessage.label}
        </Button>
      )}
      {hasAccounts && <FolderTree />}
      <footer className={styles.foot}>
        <ConnectionLine />
        {hasAccounts && (
          <Button
            look="quiet"
            aria-label={addAccount.label}
            title={addAccount.label}
            icon={<Plus aria-hidden="true" />}
            onClick={() => perform(addAccount, services)}
          />
        )}
        <SettingsMenu />
      </footer>
    </nav>
  )
}
