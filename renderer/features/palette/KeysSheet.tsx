import { commands, type Command } from '../../commands/commands.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Keys, keyWords } from '../../ui/Keys.tsx'
import styles from './KeysSheet.module.css'

const groups = ['message', 'list', 'go', 'window'] as const

interface Line {
  label: string
  keys: readonly string[]
}

/** One line a command; the nine accounts share one. */
function linesOf(group: Command['group']): Line[] {
  const lines = new Map<string, Line>()
  for (const command of commands) {
    if (command.group !== group || command.keys.length === 0) continue
    const isAccount = command.name.startsWith('account')
    const label = isAccount ? say('keys.accounts') : command.label
    const line = lines.get(label)
    if (!line) lines.set(label, { label, keys: command.keys })
    else if (!isAccount || command.name === 'account9') lines.set(label, { label, keys: [...line.keys, ...command.keys] })
  }
  return [...lines.values()]
}

/** Bindings that are the same key on different keyboards are shown once. */
function distinct(keys: readonly string[]): string[] {
  return [...new Map(keys.map(key => [keyWords(key), key])).values()]
}

/** The sheet of keys (`?`), read from the list of commands. */
export function KeysSheet() {
  const open = useWindowState(state => state.dialog === 'keys')
  const { store } = useServices()
  return (
    <Dialog title={say('keys.title')} open={open} onClose={() => store.setState({ dialog: 'none' })}>
      <div className={styles.sheet} tabIndex={0} role="group" aria-label={say('keys.list')}>
        {groups.map(group => (
          <section key={group} aria-label={say(`commands.group.${group}`)}>
            <h3 className={styles.group}>{say(`commands.group.${group}`)}</h3>
            <dl className={styles.lines}>
              {linesOf(group).map(({ label, keys }) => (
                <div key={label} className={styles.line}>
                  <dt>{label}</dt>
                  <dd>
                    {distinct(keys).map(key => (
                      <Keys key={key} binding={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
