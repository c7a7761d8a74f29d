import { useId, type ComponentProps, type ReactNode } from 'react'
import styles from './Field.module.css'

interface Frame {
  label: string
  /** Said under the field and read with it. */
  hint?: ReactNode
  /** What is wrong with what was typed; takes the place of the hint. */
  error?: string | null
  className?: string
}

function useFrame({ hint, error }: Frame): { id: string; noteId: string; noted: boolean } {
  const id = useId()
  return { id, noteId: `${id}-note`, noted: Boolean(error ?? hint) }
}

function Framed({ label, hint, error, className, id, noteId, children }: Frame & { id: string; noteId: string; children: ReactNode }) {
  return (
    <div className={[styles.field, className].filter(Boolean).join(' ')}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children}
      {(error ?? hint) && (
        <p className={styles.note} id={noteId} data-error={error ? 'true' : undefined} role={error ? 'alert' : undefined}>
          {error ?? hint}
        </p>
      )}
    </div>
  )
}

/** A labelled line of text. */
export function TextField({ label, hint, error, className, ...input }: Frame & Omit<ComponentProps<'input'>, 'id'>) {
  const frame = { label, hint, error, className }
  const { id, noteId, noted } = useFrame(frame)
  return (
    <Framed {...frame} id={id} noteId={noteId}>
      <input
        className={styles.control}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={noted ? noteId : undefined}
        spellCheck={false}
        {...input}
      />
    </Framed>
  )
}

interface SelectProps<V extends string> extends Frame {
  value: V
  choices: readonly (readonly [value: V, label: string])[]
  onChoose(value: V): void
}

/** A labelled choice. */
export function SelectField<V extends string>({ value, choices, onChoose, ...frame }: SelectProps<V>) {
  const { id, noteId, noted } = useFrame(frame)
  const choose = (chosen: string): void => {
    const choice = choices.find(([value]) => value === chosen)
    if (choice) onChoose(choice[0])
  }
  return (
    <Framed {...frame} id={id} noteId={noteId}>
      <select
        className={styles.control}
        id={id}
        value={value}
        aria-describedby={noted ? noteId : undefined}
        onChange={event => choose(event.target.value)}
      >
        {choices.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Framed>
  )
}
