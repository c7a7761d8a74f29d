import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { useWindowState } from '../../state/services.ts'
import type { Composition, Field } from '../../data/compose/composition.ts'
import type { SendProblem } from '../../data/compose/send-check.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { RecipientField } from './RecipientField.tsx'
import styles from './HeaderFields.module.css'

interface HeaderFieldsProps {
  composition: Composition
  /** What keeps the message from going; the recipient it names gets the focus. */
  problem: SendProblem | null
  onMended(): void
  /** Enter in the subject. */
  onDone(): void
}

/** From whom, to whom, about what. Cc and Bcc come when they are wanted. */
export function HeaderFields({ composition, problem, onMended, onDone }: HeaderFieldsProps) {
  const accounts = useWindowState(state => state.accounts)
  const account = useStore(composition.store, state => state.draft.account)
  const subject = useStore(composition.store, state => state.draft.subject)
  const used = useStore(composition.store, ({ draft, typed }) =>
    (['cc', 'bcc'] as const).filter(field => draft[field].length > 0 || typed[field] !== '').join(' '),
  )
  const [wanted, setWanted] = useState<Field | null>(composition.focus === 'to' ? 'to' : null)
  const [opened, setOpened] = useState<readonly Field[]>([])
  const shown = (['to', 'cc', 'bcc'] as const).filter(field => field === 'to' || opened.includes(field) || used.split(' ').includes(field))
  const hidden = (['cc', 'bcc'] as const).filter(field => !shown.includes(field))

  useEffect(() => {
    if (problem?.kind === 'mend') setWanted(problem.field)
  }, [problem])

  function open(field: Field): void {
    setOpened([...opened, field])
    setWanted(field)
  }

  return (
    <div className={styles.fields}>
      {accounts.length > 1 && (
        <div className={styles.line}>
          <label className={styles.label} htmlFor="composer-from">
            {say('composer.from')}
          </label>
          <select id="composer-from" className={styles.from} value={account} onChange={event => composition.change({ account: event.target.value })}>
            {accounts.map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name ? `${name} <${email}>` : email}
              </option>
            ))}
          </select>
        </div>
      )}
      {shown.map(field => (
        <RecipientField
          key={field}
          composition={composition}
          field={field}
          label={say(`composer.field.${field}`)}
          shown={shown}
          focus={wanted === field}
          wrong={problem?.kind === 'mend' && problem.field === field ? problem.index : null}
          onFocused={() => setWanted(null)}
          onChanged={onMended}
          onMoved={to => (shown.includes(to) ? undefined : setOpened([...opened, to]))}
        >
          {field === 'to' &&
            hidden.map(one => (
              <Button
                key={one}
                look="quiet"
                className={styles.more}
                aria-label={say('composer.addField', { field: say(`composer.field.${one}`) })}
                onClick={() => open(one)}
              >
                {say(`composer.field.${one}`)}
              </Button>
            ))}
        </RecipientField>
      ))}
      <div className={styles.line}>
        <label className={styles.label} htmlFor="composer-subject">
          {say('composer.subject')}
        </label>
        <input
          id="composer-subject"
          name="subject"
          className={styles.subject}
          dir="auto"
          autoComplete="off"
          maxLength={2000}
          value={subject}
          onChange={event => composition.change({ subject: event.target.value })}
          onKeyDown={event => {
            if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
            event.preventDefault()
            onDone()
          }}
        />
      </div>
    </div>
  )
}
