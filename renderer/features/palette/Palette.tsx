import { Command as Cmdk } from 'cmdk'
import { commands, perform } from '../../commands/commands.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { goTo } from '../../state/selection.ts'
import { folderLabel } from '../../state/store.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Keys } from '../../ui/Keys.tsx'
import styles from '../../ui/chooser.module.css'

const groups = ['message', 'list', 'go', 'window'] as const

/** Ctrl/Cmd+K: every command that is enabled, and every folder to go to. */
export function Palette() {
  const open = useWindowState(state => state.dialog === 'palette')
  const { store } = useServices()
  return (
    <Dialog title={say('palette.title')} open={open} bare onClose={() => store.setState({ dialog: 'none' })}>
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
    <Cmdk label={say('palette.title')} className={styles.chooser} loop>
      <Cmdk.Input className={styles.input} placeholder={say('palette.placeholder')} aria-label={say('palette.field')} />
      <Cmdk.List className={styles.list} label={say('palette.list')}>
        <Cmdk.Empty className={styles.empty}>{say('palette.empty')}</Cmdk.Empty>
        {groups.map(group => {
          const members = shown.filter(command => command.group === group)
          if (members.length === 0) return null
          return (
            <Cmdk.Group key={group} heading={say(`commands.group.${group}`)} className={styles.group}>
              {members.map(command => (
                <Cmdk.Item key={command.name} value={command.label} className={styles.item} onSelect={() => run(() => perform(command, services))}>
                  {command.label}
                  {command.keys[0] && <Keys binding={command.keys[0]} />}
                </Cmdk.Item>
              ))}
            </Cmdk.Group>
          )
        })}
        <Cmdk.Group heading={say('palette.folders')} className={styles.group}>
          {(state.folders ?? [])
            .filter(folder => folder.selectable)
            .map(folder => {
              const account = state.accounts.find(account => account.id === folder.ref.account)
              const label = folder.role === 'inbox' ? folderLabel(folder) : folder.ref.path.split(folder.delimiter || '/').join(' / ')
              return (
                <Cmdk.Item
                  key={folder.id}
                  value={say('palette.goTo', { folder: label, account: account?.email ?? '' })}
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
