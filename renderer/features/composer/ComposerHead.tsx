import { AppWindow, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { moveToWindow, tell } from '../../commands/compose.ts'
import { useServices } from '../../state/services.ts'
import type { Composition } from '../../data/compose/composition.ts'
import { clockTime } from '../../data/words/dates.ts'
import { Button } from '../../ui/Button.tsx'
import styles from './Composer.module.css'

/** "Saved 10:42", quietly: it changes once a minute at most, also for those who hear it. What went wrong is an alert. */
function SaveState({ composition }: { composition: Composition }) {
  const saving = useStore(composition.store, state => state.saving)
  const [savedAt, setSavedAt] = useState<number | null>(null)
  useEffect(() => {
    if (saving.state === 'saved') setSavedAt(saving.at)
  }, [saving])
  const at = saving.state === 'saved' ? saving.at : savedAt
  return (
    <>
      <span className={styles.saved} role="status" aria-label="Draft">
        {saving.state !== 'failed' && at !== null && `Saved ${clockTime(at)}`}
      </span>
      {saving.state === 'failed' && (
        <span className={styles.unsaved} role="alert">
          Not saved: {saving.message}. Trying again; your text stays here.
        </span>
      )}
    </>
  )
}

export function ComposerHead({ composition, alone, onClose }: { composition: Composition; alone: boolean; onClose(): void }) {
  const services = useServices()
  const subject = useStore(composition.store, state => state.draft.subject.trim())
  const title = subject || 'New message'
  const Heading = alone ? 'h1' : 'h2'
  useEffect(() => {
    if (!alone) return
    document.title = title
  }, [alone, title])
  return (
    <header className={styles.head}>
      <Heading className={styles.title} dir="auto">
        {title}
      </Heading>
      <SaveState composition={composition} />
      {!alone && (
        <Button
          look="quiet"
          aria-label="Open in a window"
          title="Open in a window"
          icon={<AppWindow aria-hidden="true" />}
          onClick={() => void moveToWindow(services).catch(tell('The message stays here'))}
        />
      )}
      <Button
        look="quiet"
        aria-label="Close and keep the draft"
        title="Close and keep the draft (Esc)"
        icon={<X aria-hidden="true" />}
        onClick={onClose}
      />
    </header>
  )
}
