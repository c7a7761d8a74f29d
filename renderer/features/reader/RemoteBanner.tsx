import { ImageOff } from 'lucide-react'
import { Button } from '../../ui/Button.tsx'
import type { Pictures } from './use-images.ts'
import { remoteWords } from '../../data/text/urls.ts'
import styles from './Banner.module.css'

/** What the message wanted from outside, and the button that fetches it for this message. */
export function RemoteBanner({ remote, onLoad }: { remote: Pictures['remote']; onLoad(): void }) {
  const { addresses, state, failed } = remote
  if (addresses.length === 0 || (state === 'done' && failed === 0)) return null
  return (
    <div className={styles.banner} role="status">
      <ImageOff size={16} aria-hidden="true" />
      {state === 'blocked' && (
        <>
          <span>
            <b>Remote content blocked.</b> {remoteWords(addresses)}
          </span>
          <Button className={styles.button} onClick={onLoad}>
            Load remote content
          </Button>
        </>
      )}
      {state === 'loading' && <span>Loading {remoteWords(addresses)}…</span>}
      {state === 'done' && (
        <span>
          {failed === addresses.length ? 'None of the pictures could be loaded.' : `${failed} of ${addresses.length} pictures could not be loaded.`}
        </span>
      )}
    </div>
  )
}
