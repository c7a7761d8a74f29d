import type { MouseEvent } from 'react'
import { Paperclip, TriangleAlert, X } from 'lucide-react'
import { useStore } from 'zustand'
import { shownText } from '../../../shared/model/shown-text.ts'
import type { Composition } from '../../data/compose/composition.ts'
import { sizeWords } from '../../data/words/file-size.ts'
import { say } from '../../data/words/say.ts'
import styles from './Files.module.css'

interface FileChipProps {
  name: string
  words: string
  failed?: boolean
  /** 0 to 1 while it is on its way. */
  progress?: number
  removeLabel: string
  onRemove(): void
}

/** The chip goes with its button: the focus goes to the next one, else to the text. */
function removeAndMoveOn({ currentTarget: button }: MouseEvent<HTMLButtonElement>, remove: () => void): void {
  const chip = button.closest('li')
  const next = (chip?.nextElementSibling ?? chip?.previousElementSibling)?.querySelector('button')
  const text = button.form?.querySelector<HTMLElement>('[data-message-text]')
  remove()
  ;(next ?? text)?.focus()
}

function FileChip({ name: given, words, failed = false, progress, removeLabel, onRemove }: FileChipProps) {
  const name = shownText(given)
  const Icon = failed ? TriangleAlert : Paperclip
  return (
    <li className={styles.chip} data-failed={failed || undefined}>
      <Icon size={16} aria-hidden="true" />
      <span className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <small role={failed ? 'alert' : undefined}>{words}</small>
      </span>
      {progress !== undefined && <progress className={styles.progress} aria-label={say('composer.attaching', { name })} value={progress} max={1} />}
      <button
        type="button"
        className={styles.remove}
        aria-label={removeLabel}
        title={removeLabel}
        onClick={event => removeAndMoveOn(event, onRemove)}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </li>
  )
}

/** Files of the message, and those on their way into it. */
export function Files({ composition }: { composition: Composition }) {
  const attachments = useStore(composition.store, state => state.draft.attachments)
  const uploads = useStore(composition.store, state => state.uploads)
  if (attachments.length + uploads.length === 0) return null
  return (
    <ul className={styles.files} aria-label={say('composer.files')}>
      {attachments.map(({ id, filename, size }) => (
        <FileChip
          key={id}
          name={filename}
          words={sizeWords(size)}
          removeLabel={say('composer.remove', { name: shownText(filename) })}
          onRemove={() => composition.removeFile(id)}
        />
      ))}
      {uploads.map(({ key, filename, size, sent, failed }) => (
        <FileChip
          key={key}
          name={filename}
          failed={failed !== null}
          words={
            failed === null
              ? say('composer.attachedOf', { sent: sizeWords(sent), size: sizeWords(size) })
              : say('composer.notAttached', { reason: failed })
          }
          {...(failed === null ? { progress: size > 0 ? sent / size : 0 } : {})}
          removeLabel={say(failed === null ? 'composer.cancelFile' : 'composer.remove', { name: shownText(filename) })}
          onRemove={() => composition.removeFile(key)}
        />
      ))}
    </ul>
  )
}
