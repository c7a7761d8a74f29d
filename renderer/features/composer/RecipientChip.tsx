import { TriangleAlert, X } from 'lucide-react'
import type { DragEvent, KeyboardEvent } from 'react'
import type { Recipient } from '../../../shared/model/outgoing.ts'
import { isAddress } from '../../data/text/addresses.ts'
import type { Field } from '../../data/compose/composition.ts'
import { displayName, nameAndAddress } from '../../data/words/people.ts'
import { say } from '../../data/words/say.ts'
import styles from './HeaderFields.module.css'

const dragType = 'application/x-pillarbox-recipient'

/** A recipient on its way from one field to another, under the pointer. */
export const recipientDrag = {
  isIn: (event: DragEvent): boolean => event.dataTransfer.types.includes(dragType),
  write(event: DragEvent, field: Field, index: number): void {
    event.dataTransfer.setData(dragType, `${field} ${index}`)
    event.dataTransfer.effectAllowed = 'move'
  },
  read(event: DragEvent): { field: Field; index: number } | null {
    const [field, index] = event.dataTransfer.getData(dragType).split(' ')
    return field === 'to' || field === 'cc' || field === 'bcc' ? { field, index: Number(index) } : null
  },
}

interface RecipientChipProps {
  field: Field
  index: number
  recipient: Recipient
  onGo(to: -1 | 1 | 'first' | 'text'): void
  /** `back`: the keyboard goes on to the left. */
  onRemove(back: boolean): void
  onEdit(): void
  onMove(step: 1 | -1): void
}

/** One recipient. What is no address says so. */
export function RecipientChip({ field, index, recipient, onGo, onRemove, onEdit, onMove }: RecipientChipProps) {
  const wrong = !isAddress(recipient[1])
  const shown = displayName(recipient)

  function onKeyDown(event: KeyboardEvent): void {
    const keys: Record<string, () => void> = event.altKey
      ? { ArrowDown: () => onMove(1), ArrowUp: () => onMove(-1) }
      : {
          ArrowLeft: () => onGo(-1),
          ArrowRight: () => onGo(1),
          Home: () => onGo('first'),
          End: () => onGo('text'),
          Backspace: () => onRemove(true),
          Delete: () => onRemove(false),
          Enter: onEdit,
          F2: onEdit,
        }
    if (event.ctrlKey || event.metaKey) return
    const act = keys[event.key]
    if (act) {
      event.preventDefault()
      event.stopPropagation()
      act()
    } else if (event.key.length === 1) onGo('text') // typing goes on in the text
  }

  return (
    <li
      className={styles.chip}
      data-wrong={wrong || undefined}
      draggable
      onDragStart={event => recipientDrag.write(event, field, index)}
      title={nameAndAddress(recipient)}
    >
      <button
        type="button"
        data-chip
        className={styles.who}
        tabIndex={-1}
        aria-label={wrong ? undefined : nameAndAddress(recipient)}
        onKeyDown={onKeyDown}
        onDoubleClick={onEdit}
      >
        {wrong && <TriangleAlert size={12} aria-hidden="true" />}
        <bdi className={styles.name}>{shown}</bdi>
        {wrong && <span className={styles.words}>{say('composer.notAnAddress')}</span>}
      </button>
      <button
        type="button"
        className={styles.remove}
        tabIndex={-1}
        aria-label={say('composer.remove', { name: shown })}
        onClick={() => onRemove(false)}
      >
        <X size={12} aria-hidden="true" />
      </button>
    </li>
  )
}
