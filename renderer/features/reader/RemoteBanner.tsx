import { ImageOff } from 'lucide-react'
import { Button } from '../../ui/Button.tsx'
import type { Pictures } from './use-images.ts'
import { say } from '../../data/words/say.ts'
import { remoteWords } from './remote-words.ts'
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
            <b>{say('reader.blocked')}</b> {remoteWords(addresses)}
          </span>
          <Button className={styles.button} onClick={onLoad}>
            {say('reader.load')}
          </Button>
        </>
      )}
      {state === 'loading' && <span>{say('reader.loading', { pictures: remoteWords(addresses) })}</span>}
      {state === 'done' && (
        <span>
          {failed === addresses.length ? say('reader.noPictureLoaded') : say('reader.picturesNotLoaded', { failed, count: addresses.length })}
        </span>
      )}
    </div>
  )
}
