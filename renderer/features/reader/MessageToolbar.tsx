import { ArrowLeft, Flag, FlagOff, Mail, MailOpen, type LucideIcon } from 'lucide-react'
import { Toolbar } from 'radix-ui'
import { commandNamed, perform, type CommandName } from '../../app/commands.ts'
import { useServices, useWindowState } from '../../app/state-context.ts'
import { layoutInEffect } from '../../app/state.ts'
import { Button } from '../../ui/Button.tsx'
import { keyWords } from '../../ui/Keys.tsx'
import styles from './ReaderPane.module.css'

const buttons: [CommandName, LucideIcon][] = [
  ['markRead', MailOpen],
  ['markUnread', Mail],
  ['flag', Flag],
  ['unflag', FlagOff],
]

/** What can be done with the selection. A button that would change nothing is not shown: of each pair one stands there, or both for a mixed selection. */
export function MessageToolbar() {
  const services = useServices()
  const enabled = useWindowState(state =>
    buttons
      .map(([name]) => name)
      .filter(name => commandNamed(name).enabled(state))
      .join(' '),
  )
  const alone = useWindowState(state => layoutInEffect(state) === 'list')
  const shown = enabled.split(' ')
  return (
    <Toolbar.Root className={styles.toolbar} aria-label="Message actions">
      {alone && (
        <Toolbar.Button asChild>
          <Button
            look="quiet"
            aria-label="Back to the list"
            icon={<ArrowLeft aria-hidden="true" />}
            onClick={() => services.store.setState({ reading: false })}
          />
        </Toolbar.Button>
      )}
      {buttons
        .filter(([name]) => shown.includes(name))
        .map(([name, Icon]) => {
          const command = commandNamed(name)
          const title = command.keys[0] && `${command.label} (${keyWords(command.keys[0])})`
          return (
            <Toolbar.Button key={name} asChild>
              <Button look="quiet" icon={<Icon aria-hidden="true" />} title={title} onClick={() => perform(command, services)}>
                {command.label}
              </Button>
            </Toolbar.Button>
          )
        })}
    </Toolbar.Root>
  )
}
