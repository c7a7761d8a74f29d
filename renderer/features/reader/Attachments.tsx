import { File, FileArchive, FileAudio, FileText, FileVideo, Image, Mail } from 'lucide-react'
import { useState } from 'react'
import type { MessageRef, Part } from '../../../shared/model/message.ts'
import { isolate } from '../../../shared/model/shown-text.ts'
import { useServices } from '../../state/services.ts'
import { showNotice } from '../../ui/notices.tsx'
import { errorWords } from '../../data/words/errors.ts'
import { decodedSize, partName, sizeWords } from '../../data/words/file-size.ts'
import { say } from '../../data/words/say.ts'
import styles from './Attachments.module.css'

function iconOf(type: string): typeof File {
  if (/^image\//i.test(type)) return Image
  if (/^audio\//i.test(type)) return FileAudio
  if (/^video\//i.test(type)) return FileVideo
  if (/^message\//i.test(type)) return Mail
  if (/zip|compressed|tar|rar|7z/i.test(type)) return FileArchive
  if (/^text\/|pdf|word|document|sheet|presentation/i.test(type)) return FileText
  return File
}

const saveDeadlineMs = 10 * 60_000

function Chip({ part, messageRef }: { part: Part; messageRef: MessageRef | null }) {
  const { core } = useServices()
  const [saving, setSaving] = useState(false)
  const Icon = iconOf(part.type)
  const name = partName(part)
  const size = sizeWords(decodedSize(part))

  async function save(): Promise<void> {
    if (!messageRef || saving) return
    setSaving(true)
    try {
      const { path } = await core.call('part.save', { ref: messageRef, part }, saveDeadlineMs)
      showNotice({ kind: 'status', text: say('reader.savedAs', { path: isolate(path) }) })
    } catch (error) {
      showNotice({ kind: 'alert', text: say('reader.notSaved', { name: isolate(name), reason: errorWords(error) }) })
    } finally {
      setSaving(false)
    }
  }

  return (
    <button type="button" className={styles.chip} aria-busy={saving} onClick={() => void save()}>
      <Icon size={18} aria-hidden="true" />
      <span className={styles.words}>
        <span className={styles.name}>
          <span className="visually-hidden">{say('reader.save')} </span>
          <bdi>{name}</bdi>
        </span>
        <small>{saving ? say('reader.saving') : size}</small>
      </span>
    </button>
  )
}

/** Attachments as chips; a click saves one to the downloads folder and says where. */
export function Attachments({ parts, messageRef }: { parts: Part[]; messageRef: MessageRef | null }) {
  if (parts.length === 0) return null
  return (
    <ul className={styles.chips} aria-label={say('reader.attachments')}>
      {parts.map(part => (
        <li key={part.part}>
          <Chip part={part} messageRef={messageRef} />
        </li>
      ))}
    </ul>
  )
}
