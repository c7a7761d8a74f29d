import { AppWindow, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { moveToWindow, tell } from '../../commands/compose.ts'
import { useServices } from '../../state/services.ts'
import type { Composition } from '../../data/compose/composition.ts'
import { clockTime } from '../../data/words/dates.ts'
import { say } from '../../data/words/say.ts'
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
      <span className={styles.saved} role="status" aria-label={say('composer.draft')}>
        {saving.state !== 'failed' && at !== null && say('composer.savedAt', { time: clockTime(at) })}
      </span>
      {saving.state === 'failed' && (
        <span className={styles.unsaved} role="alert">
          {say('composer.notSaved', { reason: saving.message })}
        </span>
      )}
    </>
  )
}

export function ComposerHead({ composition, alone, onClose }: { composition: Composition; alone: boolean; onClose(): void }) {
  const services = useServices()
  const subject = useStore(composition.store, state => state.draft.subject.trim())
  const title = subject || say('composer.newMessage')
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
          aria-label={say('composer.openInWindow')}
          title={say('composer.openInWindow')}
          icon={<AppWindow aria-hidden="true" />}
          onClick={() => void moveToWindow(services).catch(tell(say('composer.staysHere')))}
        />
      )}
      <Button look="quiet" aria-label={say('composer.close')} title={say('composer.closeByKey')} icon={<X aria-hidden="true" />} onClick={onClose} />
    </header>
  )
}
