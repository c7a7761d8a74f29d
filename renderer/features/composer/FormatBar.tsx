import { Bold, Italic, List, ListOrdered, RemoveFormatting, TextQuote, Underline, type LucideIcon } from 'lucide-react'
import { Toolbar } from 'radix-ui'
import { useEffect, useState } from 'react'
import type Squire from 'squire-rte'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { keyWords } from '../../ui/Keys.tsx'
import { LinkButton } from './LinkButton.tsx'
import styles from './Composer.module.css'

interface Format {
  label: string
  Icon: LucideIcon
  /** As tinykeys writes it; for the title. */
  key: string
  /** The element that says that the format is on. */
  tag?: string
  apply(editor: Squire): void
  remove?(editor: Squire): void
}

const formats: readonly Format[] = [
  { label: say('composer.format.bold'), Icon: Bold, key: '$mod+b', tag: 'B', apply: editor => editor.bold(), remove: editor => editor.removeBold() },
  {
    label: say('composer.format.italic'),
    Icon: Italic,
    key: '$mod+i',
    tag: 'I',
    apply: editor => editor.italic(),
    remove: editor => editor.removeItalic(),
  },
  {
    label: say('composer.format.underline'),
    Icon: Underline,
    key: '$mod+u',
    tag: 'U',
    apply: editor => editor.underline(),
    remove: editor => editor.removeUnderline(),
  },
  {
    label: say('composer.format.list'),
    Icon: List,
    key: '$mod+Shift+8',
    tag: 'UL',
    apply: editor => editor.makeUnorderedList(),
    remove: editor => editor.removeList(),
  },
  {
    label: say('composer.format.numberedList'),
    Icon: ListOrdered,
    key: '$mod+Shift+9',
    tag: 'OL',
    apply: editor => editor.makeOrderedList(),
    remove: editor => editor.removeList(),
  },
  {
    label: say('composer.format.quote'),
    Icon: TextQuote,
    key: '$mod+]',
    tag: 'BLOCKQUOTE',
    apply: editor => editor.increaseQuoteLevel(),
    remove: editor => editor.decreaseQuoteLevel(),
  },
]

function stateOf(editor: Squire): string {
  return [...formats.flatMap(({ tag }) => (tag && editor.hasFormat(tag) ? [tag] : [])), ...(editor.hasFormat('A') ? ['A'] : [])].join(' ')
}

/** What the text can look like. The keys are those of the editor; the buttons show what holds at the cursor. */
export function FormatBar({ editor }: { editor: Squire }) {
  const [on, setOn] = useState('')
  useEffect(() => {
    const look = (): void => setOn(stateOf(editor))
    const events = ['pathChange', 'select', 'cursor', 'input'] as const
    for (const event of events) editor.addEventListener(event, look)
    return () => {
      for (const event of events) editor.removeEventListener(event, look)
    }
  }, [editor])

  return (
    <Toolbar.Root className={styles.formats} aria-label={say('composer.formatting')}>
      {formats.map(({ label, Icon, key, tag, apply, remove }) => {
        const isOn = tag !== undefined && on.split(' ').includes(tag)
        return (
          <Toolbar.Button asChild key={label}>
            <Button
              look="quiet"
              aria-label={label}
              aria-pressed={isOn}
              title={say('common.withKeys', { label, keys: keyWords(key) })}
              icon={<Icon aria-hidden="true" />}
              onMouseDown={event => event.preventDefault()} // the selection stays
              onClick={() => {
                if (isOn && remove) remove(editor)
                else apply(editor)
                setOn(stateOf(editor))
                editor.focus()
              }}
            />
          </Toolbar.Button>
        )
      })}
      <LinkButton editor={editor} isOn={on.split(' ').includes('A')} />
      <Toolbar.Button asChild>
        <Button
          look="quiet"
          aria-label={say('composer.format.none')}
          title={say('composer.format.none')}
          icon={<RemoveFormatting aria-hidden="true" />}
          onMouseDown={event => event.preventDefault()}
          onClick={() => {
            editor.removeAllFormatting()
            editor.focus()
          }}
        />
      </Toolbar.Button>
    </Toolbar.Root>
  )
}
