import { Command as Cmdk } from 'cmdk'
import { commands, perform } from '../../commands/commands.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { goTo } from '../../state/selection.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Keys } from '../../ui/Keys.tsx'
import styles from '../../ui/chooser.module.css'

const groups = ['Message', 'List', 'Go', 'Window'] as const

/** Ctrl/Cmd+K: every command that is enabled, and every folder to go to. */
export function Palette() {
  const open = useWindowState(state => state.dialog === 'palette')
  const { store } = useServices()
  return (
    <Dialog title="Commands" open={open} bare onClose={() => store.setState({ dialog: 'none' })}>
      <PaletteBody />
    </Dialog>
  )
}

function PaletteBody() {
  const services = useServices()
  const { store } = services
  const state = store.getState() // as it was when the palette opened
  const shown = commands.filter(command => !command.keysOnly && command.enabled(state))
  const run = (action: () => void): void => {
    store.setState({ dialog: 'none' })
    action()
  }
  return (
    <Cmdk label="Commands" className={styles.chooser} loop>
      <Cmdk.Input className={styles.input} placeholder="What do you want to do?" aria-label="Find a command or folder" />
      <Cmdk.List className={styles.list} label="Commands and folders">
        <Cmdk.Empty className={styles.empty}>No command or folder of this name.</Cmdk.Empty>
        {groups.map(group => {
          const members = shown.filter(command => command.group === group)
          if (members.length === 0) return null
          return (
            <Cmdk.Group key={group} heading={group} className={styles.group}>
              {members.map(command => (
                <Cmdk.Item key={command.name} value={command.label} className={styles.item} onSelect={() => run(() => perform(command, services))}>
                  {command.label}
                  {command.keys[0] && <Keys binding={command.keys[0]} />}
                </Cmdk.Item>
              ))}
            </Cmdk.Group>
          )
        })}
        <Cmdk.Group heading="Folders" className={styles.group}>
          {(state.folders ?? [])
            .filter(folder => folder.selectable)
            .map(folder => {
              const account = state.accounts.find(account => account.id === folder.ref.account)
              const label = folder.role === 'inbox' ? 'Inbox' : folder.ref.path.split(folder.delimiter || '/').join(' / ')
              return (
                <Cmdk.Item
                  key={folder.id}
                  value={`Go to ${label} ${account?.email ?? ''}`}
                  className={styles.item}
                  onSelect={() => run(() => goTo(services, folder.ref))}
                >
                  {label}
                  <span className={styles.detail}>{account?.email}</span>
                </Cmdk.Item>
              )
            })}
        </Cmdk.Group>
      </Cmdk.List>
    </Cmdk>
  )
}
