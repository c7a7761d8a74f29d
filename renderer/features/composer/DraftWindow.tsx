import { useEffect, useRef, useState } from 'react'
import type { DraftId } from '../../../shared/model/outgoing.ts'
import { openDraft } from '../../commands/compose.ts'
import { holdMs } from '../../commands/outgoing.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Composer } from './Composer.tsx'
import styles from './DraftWindow.module.css'

/** A window that holds one draft and nothing else. It goes with it: at once when the draft is put away, else after there was time to undo. */
export function DraftWindow({ draft }: { draft: DraftId }) {
  const services = useServices()
  const isReady = useWindowState(state => state.core === 'ready')
  const composing = useWindowState(state => state.composing)
  const [begun, setBegun] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)

  const asked = useRef(false)
  useEffect(() => {
    if (!isReady || asked.current) return
    asked.current = true
    openDraft(services, draft, true).then(
      () => setBegun(true),
      (error: unknown) => setFailure(say('composer.notOpened', { reason: errorWords(error) })),
    )
  }, [isReady, draft, services])

  useEffect(() => {
    if (!begun || composing) return
    // as it was left: one that was sent off may become a draft again by Undo, and then it is written on here
    const isPutAway = services.store.getState().outgoing[draft]?.state === 'draft'
    const timer = setTimeout(() => window.close(), isPutAway ? 0 : holdMs + 500)
    return () => clearTimeout(timer)
  }, [begun, composing, draft, services])

  return (
    <main className={styles.window}>
      {composing ? (
        <Composer key={composing.id} composition={composing} alone />
      ) : (
        <p className={styles.words} role={failure ? 'alert' : 'status'}>
          {failure ?? (begun ? say('composer.windowCloses') : say('composer.opening'))}
        </p>
      )}
    </main>
  )
}
