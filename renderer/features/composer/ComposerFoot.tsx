import { Paperclip, SendHorizontal, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import type Squire from 'squire-rte'
import { useStore } from 'zustand'
import { preferFormat } from '../../commands/compose.ts'
import type { Composition } from '../../data/compose/composition.ts'
import { textToEditorHtml } from '../../data/compose/quoting.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { keyWords } from '../../ui/Keys.tsx'
import { FormatBar } from './FormatBar.tsx'
import styles from './Composer.module.css'

interface ComposerFootProps {
  composition: Composition
  /** Null while the text is plain. */
  editor: Squire | null
  sending: boolean
  onSend(): void
  onAttach(files: File[]): void
  onDiscard(): void
  /** Asks before something is lost. */
  onAsk(text: string, yes: string, act: () => void): void
}

const formatted =
  // eslint-disable-next-line words/only-in-words -- a selector
  'b, strong, i, em, u, s, strike, sub, sup, a[href], ul, ol, blockquote, img, table, h1, h2, h3, h4, h5, h6, pre, code, hr, font, [style], [color], [bgcolor]'

/** Send, files, formatting, and the way out. */
export function ComposerFoot({ composition, editor, sending, onSend, onAttach, onDiscard, onAsk }: ComposerFootProps) {
  const plain = useStore(composition.store, state => state.draft.format === 'plain')
  const chooser = useRef<HTMLInputElement>(null)

  function makePlain(): void {
    const { text } = composition.readBody()
    composition.replaceBody({ html: '', text }, { format: 'plain' })
    preferFormat('plain')
  }

  function toggle(): void {
    if (plain) {
      const { text } = composition.readBody()
      composition.replaceBody({ html: textToEditorHtml(text), text }, { format: 'rich' })
      preferFormat('rich')
    } else if (editor?.getRoot().querySelector(formatted)) onAsk(say('composer.losesFormatting'), say('composer.usePlainText'), makePlain)
    else makePlain()
  }

  return (
    <footer className={styles.foot}>
      <Button
        look="primary"
        icon={<SendHorizontal aria-hidden="true" />}
        title={say('common.withKeys', { label: say('composer.send'), keys: keyWords('$mod+Enter') })}
        aria-disabled={sending || undefined}
        onClick={() => !sending && onSend()}
      >
        {say('composer.send')}
      </Button>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label={say('composer.filesToAttach')}
        onChange={event => {
          onAttach([...(event.target.files ?? [])])
          event.target.value = '' // the same file may be chosen again
        }}
      />
      <Button
        look="quiet"
        icon={<Paperclip aria-hidden="true" />}
        aria-label={say('composer.attach')}
        title={say('composer.attach')}
        onClick={() => chooser.current?.click()}
      />
      {editor && !plain && <FormatBar editor={editor} />}
      <span className={styles.space} />
      <Button look="quiet" className={styles.plain} aria-pressed={plain} onClick={toggle}>
        {say('composer.plainText')}
      </Button>
      <Button
        look="quiet"
        icon={<Trash2 aria-hidden="true" />}
        aria-label={say('composer.discard')}
        title={say('composer.discard')}
        onClick={onDiscard}
      />
    </footer>
  )
}
