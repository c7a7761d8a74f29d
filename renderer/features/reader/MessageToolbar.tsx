import { Fragment } from 'react'
import {
  Archive,
  ArrowLeft,
  Flag,
  FlagOff,
  FolderInput,
  Forward,
  Mail,
  MailOpen,
  Reply,
  ReplyAll,
  ShieldAlert,
  ShieldCheck,
  Trash2,
  type LucideIcon,
} from 'lucide-react'
import { Toolbar } from 'radix-ui'
import { commandNamed, perform, type CommandName } from '../../commands/commands.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { layoutInEffect } from '../../state/store.ts'
import { Button } from '../../ui/Button.tsx'
import { keyWords } from '../../ui/Keys.tsx'
import styles from './ReaderPane.module.css'

/** In groups, as they stand; some say their name. */
const groups: [CommandName, LucideIcon][][] = [
  [
    ['reply', Reply],
    ['replyAll', ReplyAll],
    ['forward', Forward],
  ],
  [
    ['archive', Archive],
    ['moveTo', FolderInput],
    ['junk', ShieldAlert],
    ['notJunk', ShieldCheck],
  ],
  [['delete', Trash2]],
  [
    ['markRead', MailOpen],
    ['markUnread', Mail],
    ['flag', Flag],
    ['unflag', FlagOff],
  ],
]
const names = groups.flat().map(([name]) => name)
const named: readonly CommandName[] = ['reply', 'archive']

/** What can be done with the selection. A button that would change nothing is not shown: of each pair one stands there, or both for a mixed selection. */
export function MessageToolbar() {
  const services = useServices()
  const enabled = useWindowState(state => names.filter(name => commandNamed(name).enabled(state)).join(' '))
  const alone = useWindowState(state => layoutInEffect(state) === 'list')
  const shown = enabled.split(' ')
  return (
    <Toolbar.Root className={styles.toolbar} aria-label={say('reader.actions')}>
      {alone && (
        <Toolbar.Button asChild>
          <Button
            look="quiet"
            aria-label={say('reader.back')}
            icon={<ArrowLeft aria-hidden="true" />}
            onClick={() => services.store.setState({ reading: false })}
          />
        </Toolbar.Button>
      )}
      {groups
        .map(group => group.filter(([name]) => shown.includes(name)))
        .filter(group => group.length > 0)
        .map((group, i) => (
          <Fragment key={group[0]![0]}>
            {i > 0 && <Toolbar.Separator className={styles.separator} />}
            {group.map(([name, Icon]) => (
              <CommandButton key={name} name={name} Icon={Icon} />
            ))}
          </Fragment>
        ))}
    </Toolbar.Root>
  )
}

function CommandButton({ name, Icon }: { name: CommandName; Icon: LucideIcon }) {
  const services = useServices()
  const command = commandNamed(name)
  const title = command.keys[0] ? say('common.withKeys', { label: command.label, keys: keyWords(command.keys[0]) }) : command.label
  return (
    <Toolbar.Button asChild>
      <Button
        look="quiet"
        icon={<Icon aria-hidden="true" />}
        title={title}
        aria-label={named.includes(name) ? undefined : command.label}
        onClick={() => perform(command, services)}
      >
        {named.includes(name) ? <span className={styles.label}>{command.label}</span> : null}
      </Button>
    </Toolbar.Button>
  )
}
