import { Link } from 'lucide-react'
import { Popover, Toolbar } from 'radix-ui'
import { useEffect, useRef, useState } from 'react'
import type Squire from 'squire-rte'
import { isAddress } from '../../data/text/addresses.ts'
import { linkOf } from '../../data/text/urls.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { keyWords } from '../../ui/Keys.tsx'
import styles from './Composer.module.css'

/** What was typed as an address of a link; null where it leads nowhere a message may link to. */
function linkFrom(text: string): string | null {
  const typed = text.trim()
  if (isAddress(typed)) return linkOf(`mailto:${typed}`)
  return linkOf(typed) ?? (/^[^\s:/]+\.[^\s]+$/u.test(typed) ? linkOf(`https://${typed}`) : null)
}

function linkAt({ startContainer }: Range): Element | null {
  const element = startContainer instanceof Element ? startContainer : startContainer.parentElement
  return element?.closest('a[href]') ?? null
}

/** Asks for the address of a link on the selected words (Ctrl/Cmd+K). */
export function LinkButton({ editor, isOn }: { editor: Squire; isOn: boolean }) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  /** The cursor is in a link: known when it is asked for, whether or not the buttons heard of it. */
  const [inLink, setInLink] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const selection = useRef<Range | null>(null)
  const isOpen = useRef(false)

  useEffect(() => {
    const ask = (_: Squire, event: KeyboardEvent): void => {
      event.preventDefault()
      show(true)
    }
    editor.setKeyHandler('Ctrl-k', ask)
    editor.setKeyHandler('Meta-k', ask)
    return () => {
      editor.setKeyHandler('Ctrl-k', null)
      editor.setKeyHandler('Meta-k', null)
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `show` uses nothing but the editor
  }, [editor])

  function show(wanted: boolean): void {
    if (wanted) {
      selection.current = editor.getSelection().cloneRange()
      const link = linkAt(selection.current)
      setText(link?.getAttribute('href') ?? '')
      setInLink(link !== null)
      setError(null)
    }
    isOpen.current = wanted
    setOpen(wanted)
  }

  /** To the text, where it was left. */
  function goBack(): void {
    show(false)
    editor.focus()
    if (selection.current) editor.setSelection(selection.current)
  }

  function set(): void {
    const url = linkFrom(text)
    if (!url) return setError(say('composer.noLink'))
    goBack()
    let range = editor.getSelection()
    if (range.collapsed) {
      // a link the cursor is in is changed and keeps its words; a new one has those that were typed
      const link = linkAt(range)
      if (link) range.selectNodeContents(link)
      else {
        const words = document.createTextNode(text.trim())
        range.insertNode(words)
        range.selectNodeContents(words)
      }
      editor.setSelection(range)
    }
    editor.makeLink(url)
    range = editor.getSelection()
    range.collapse(false) // what is typed next follows the link, it does not replace it
    editor.setSelection(range)
  }

  function remove(): void {
    goBack()
    editor.removeLink()
  }

  return (
    <Popover.Root open={open} onOpenChange={show}>
      <Toolbar.Button asChild>
        <Popover.Trigger asChild>
          <Button
            look="quiet"
            aria-label={say('composer.link')}
            aria-pressed={isOn}
            title={say('common.withKeys', { label: say('composer.link'), keys: keyWords('$mod+k') })}
            icon={<Link aria-hidden="true" />}
            onMouseDown={event => event.preventDefault()}
          />
        </Popover.Trigger>
      </Toolbar.Button>
      <Popover.Portal container={document.querySelector('main')}>
        <Popover.Content
          className={styles.popover}
          aria-label={say('composer.link')}
          side="top"
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={event => {
            event.preventDefault()
            if (!isOpen.current) editor.focus() // it comes a moment after the end, and may have been opened again
          }}
          onEscapeKeyDown={event => event.stopPropagation()}
          onKeyDown={event => {
            event.stopPropagation() // these keys are not the message's
            if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
              event.preventDefault()
              set()
            }
            if (event.key === 'Escape') show(false)
          }}
        >
          <TextField
            label={say('composer.linkTo')}
            value={text}
            error={error}
            placeholder="https://"
            onChange={event => setText(event.target.value)}
          />
          <div className={styles.buttons}>
            <Button onClick={set}>{say('composer.setLink')}</Button>
            {(isOn || inLink) && (
              <Button look="quiet" onClick={remove}>
                {say('composer.removeLink')}
              </Button>
            )}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
