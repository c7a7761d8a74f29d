import { useEffect, useId, useLayoutEffect, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Recipient } from '../../../shared/model/outgoing.ts'
import { shownAddress } from '../../../shared/model/shown-text.ts'
import type { Composition, Field } from '../../data/compose/composition.ts'
import { displayName } from '../../data/words/people.ts'
import { say } from '../../data/words/say.ts'
import { recipientDrag, RecipientChip } from './RecipientChip.tsx'
import { useSuggestions } from './use-suggestions.ts'
import styles from './HeaderFields.module.css'

interface RecipientFieldProps {
  composition: Composition
  field: Field
  label: string
  /** Fields on screen, in order: where a recipient may be moved. */
  shown: readonly Field[]
  focus: boolean
  /** The recipient to be mended, -1 for the field as a whole. */
  wrong: number | null
  onFocused(): void
  onChanged(): void
  onMoved(to: Field): void
  children?: ReactNode
}

const order: readonly Field[] = ['to', 'cc', 'bcc']

/**
 * A line of recipients. They are chips, reached by the arrow keys from the text; the text completes from people written to. It is a text field that controls a
 * list of suggestions (aria-activedescendant): the focus stays in the text.
 */
export function RecipientField(props: RecipientFieldProps) {
  const { composition, field, label, focus, wrong, onFocused, onChanged, onMoved, children } = props
  const id = useId()
  const recipients = useStore(composition.store, state => state.draft[field])
  const typed = useStore(composition.store, state => state.typed[field])
  const input = useRef<HTMLInputElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const [dropping, setDropping] = useState(false)
  /** The chip that gets the focus once it is there; null for the text. */
  const next = useRef<number | 'text' | null>(null)
  const suggestions = useSuggestions(composition, typed)

  useEffect(() => {
    if (!focus) return
    if (wrong !== null && wrong >= 0) chip(wrong)?.focus()
    else input.current?.focus()
    onFocused()
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when it is asked for
  }, [focus, wrong])

  useLayoutEffect(() => {
    if (next.current === null) return
    if (next.current === 'text') input.current?.focus()
    else (chip(next.current) ?? input.current)?.focus()
    next.current = null
  })

  // the text stands behind the last recipient, and that may be out of sight
  useLayoutEffect(() => {
    if (box.current && document.activeElement === input.current) box.current.scrollTop = box.current.scrollHeight
  }, [recipients.length])

  function chip(index: number): HTMLElement | null {
    return box.current?.querySelectorAll<HTMLElement>('[data-chip]')[index] ?? null
  }

  function focusChip(index: number): void {
    if (index >= recipients.length) input.current?.focus()
    else chip(Math.max(0, index))?.focus()
  }

  function pick(recipient: Recipient): void {
    composition.addRecipient(field, recipient)
    suggestions.close()
    onChanged()
    input.current?.focus()
  }

  function acceptTyped(): void {
    composition.acceptTyped(field)
    suggestions.close()
    onChanged()
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const { selectionStart, selectionEnd } = event.currentTarget
    const atStart = selectionStart === 0 && selectionEnd === 0
    const chosen = suggestions.active
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!suggestions.move(event.key === 'ArrowDown' ? 1 : -1)) return
    } else if (event.key === 'Enter') {
      if (chosen) pick(chosen)
      else acceptTyped()
    } else if (event.key === 'Tab' && !event.shiftKey && chosen) pick(chosen)
    else if (event.key === ',' || event.key === ';') {
      if (typed.trim() === '' || /^\s*"[^"]*$/u.test(typed) || /<[^>]*$/u.test(typed)) return
      acceptTyped()
    } else if (event.key === 'Escape' && suggestions.isOpen) suggestions.close()
    else if ((event.key === 'Backspace' || event.key === 'ArrowLeft') && atStart && recipients.length > 0) focusChip(recipients.length - 1)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  function onPaste(event: ClipboardEvent<HTMLInputElement>): void {
    const text = event.clipboardData.getData('text/plain')
    if (!/[,;\n\r]|@.*\s|<.*@.*>/u.test(text.trim())) return
    event.preventDefault()
    const { selectionStart, selectionEnd } = event.currentTarget
    composition.type(field, typed.slice(0, selectionStart ?? 0) + text + typed.slice(selectionEnd ?? typed.length))
    acceptTyped()
  }

  function remove(index: number, back: boolean): void {
    composition.removeRecipient(field, index)
    onChanged()
    next.current = back ? (index > 0 ? index - 1 : 'text') : index < recipients.length - 1 ? index : 'text'
  }

  function move(index: number, step: 1 | -1): void {
    const to = order[order.indexOf(field) + step]
    if (!to) return
    composition.moveRecipient(field, index, to)
    onMoved(to)
    next.current = index < recipients.length - 1 ? index : 'text'
  }

  function onDrop(event: DragEvent): void {
    setDropping(false)
    const from = recipientDrag.read(event)
    if (!from) return
    event.preventDefault()
    composition.moveRecipient(from.field, from.index, field)
  }

  const { isOpen, people, activeIndex } = suggestions
  return (
    <div
      className={styles.line}
      data-dropping={dropping || undefined}
      onDragOver={event => {
        if (!recipientDrag.isIn(event)) return
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={onDrop}
    >
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div ref={box} className={styles.box} onMouseDown={event => event.target === box.current && (event.preventDefault(), input.current?.focus())}>
        {recipients.length > 0 && (
          <ul className={styles.chips} aria-label={say('composer.recipients', { field: label, count: recipients.length })}>
            {recipients.map((recipient, index) => (
              <RecipientChip
                key={`${recipient[1]} ${index}`}
                field={field}
                index={index}
                recipient={recipient}
                onGo={to => (to === 'text' ? input.current?.focus() : focusChip(to === 'first' ? 0 : index + to))}
                onRemove={back => remove(index, back)}
                onEdit={() => {
                  composition.editRecipient(field, index)
                  onChanged()
                  next.current = 'text'
                }}
                onMove={step => move(index, step)}
              />
            ))}
          </ul>
        )}
        <div className={styles.completed}>
          <input
            ref={input}
            id={id}
            className={styles.input}
            type="text"
            inputMode="email"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            value={typed}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={isOpen ? `${id}-list` : undefined}
            aria-activedescendant={isOpen && activeIndex >= 0 ? `${id}-${activeIndex}` : undefined}
            aria-describedby={`${id}-help`}
            onChange={event => {
              composition.type(field, event.target.value)
              suggestions.look()
              onChanged()
            }}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            onBlur={acceptTyped}
          />
        </div>
        <span id={`${id}-help`} className="visually-hidden">
          {recipients.length > 0 && say('composer.recipientsHelp')}
        </span>
        <span className="visually-hidden" role="status">
          {isOpen ? say('composer.people', { count: people.length }) : ''}
        </span>
      </div>
      {children}
      {isOpen && (
        <ul className={styles.suggestions} role="listbox" id={`${id}-list`} aria-label={say('composer.peopleFor', { field: label })}>
          {people.map(([name, address], index) => (
            <li
              key={address}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === activeIndex}
              onMouseDown={event => {
                event.preventDefault() // the focus stays in the text
                pick([name, address])
              }}
            >
              <bdi className={styles.person}>{displayName([name, address])}</bdi>
              {displayName([name, address]) !== shownAddress(address) && (
                <bdi dir="ltr" className={styles.address}>
                  {shownAddress(address)}
                </bdi>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
