import { useEffect, useRef, useState, type DragEvent, type FocusEvent, type KeyboardEvent, type ReactNode } from 'react'
import type Squire from 'squire-rte'
import { useStore } from 'zustand'
import { discardComposed, putAway, tell } from '../../commands/compose.ts'
import { sendOff } from '../../commands/outgoing.ts'
import { focusPane } from '../../commands/panes.ts'
import { useServices } from '../../state/services.ts'
import type { Composition } from '../../data/compose/composition.ts'
import { checkDraft, type SendProblem } from '../../data/compose/send-check.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { ComposerFoot } from './ComposerFoot.tsx'
import { ComposerHead } from './ComposerHead.tsx'
import { Files } from './Files.tsx'
import { HeaderFields } from './HeaderFields.tsx'
import { MessageText } from './MessageText.tsx'
import { useFlushes } from './use-flushes.ts'
import { useRaisedNotices } from './use-raised-notices.ts'
import { useStrayKeys } from './use-stray-keys.ts'
import styles from './Composer.module.css'

interface Question {
  text: string
  yes: string
  no: string
  onYes(): void
  onNo(): void
}

/** Asks once, in the place where the person is. */
function Ask({ question }: { question: Question }) {
  const yes = useRef<HTMLButtonElement>(null)
  useEffect(() => yes.current?.focus(), [question.text])
  return (
    <div className={styles.ask} role="group" aria-label={say('composer.question')}>
      <p role="alert">{question.text}</p>
      <Button ref={yes} onClick={question.onYes}>
        {question.yes}
      </Button>
      <Button look="quiet" onClick={question.onNo}>
        {question.no}
      </Button>
    </div>
  )
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files')
}

/** A message being written. It stands in the reader's place, or alone in a window. */
export function Composer({ composition, alone = false }: { composition: Composition; alone?: boolean }) {
  const services = useServices()
  const [problem, setProblem] = useState<SendProblem | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [question, setQuestion] = useState<Question | null>(null)
  const [sending, setSending] = useState(false)
  const [dragging, setDragging] = useState(false)
  const [editor, setEditor] = useState<Squire | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const uploading = useStore(composition.store, state => state.uploads.some(({ failed }) => failed === null))
  const end = useRef<HTMLDivElement>(null)
  const last = useRef<HTMLElement>(null)
  useEffect(() => {
    const typed = composition.typedAhead
    composition.typedAhead = ''
    if (typed === '') return
    document.execCommand('insertText', false, typed) // as if typed now: the field hears of it, and it can be undone
    composition.bodyTouched() // the editor takes its first change for its own
  }, [composition])
  useFlushes(composition)
  useRaisedNotices(end)
  useStrayKeys(form)
  useEffect(() => {
    if (failure !== null && document.activeElement === document.body) focusText()
  }, [failure])

  function focusText(): void {
    form.current?.querySelector<HTMLElement>('[data-message-text]')?.focus()
  }

  async function attach(files: readonly File[]): Promise<void> {
    const refused = await composition.attach(files)
    setFailure(refused)
  }

  async function send(asked = false): Promise<void> {
    composition.acceptTyped('to', 'cc', 'bcc')
    setQuestion(null)
    setFailure(null)
    if (!asked) await composition.copyAgain()
    if (services.store.getState().composing !== composition) return // put away meanwhile
    const missing = composition.store.getState().uploads.flatMap(({ filename, failed }) => (failed === null ? [] : [filename]))
    const found = checkDraft(composition.whole(), composition.readBody().text, missing)
    setProblem(found?.kind === 'mend' ? found : null)
    if (found?.kind === 'mend') return
    if (uploading) return setFailure(say('composer.stillAttaching'))
    if (found && !asked) {
      const back = (): void => {
        setQuestion(null)
        if (found.about === 'subject') form.current?.querySelector<HTMLElement>('[name="subject"]')?.focus()
        else focusText()
      }
      const no = found.about === 'subject' ? say('composer.writeSubject') : say('composer.goBack')
      return setQuestion({ text: found.text, yes: say('composer.sendAnyway'), no, onYes: () => void send(true), onNo: back })
    }
    setSending(true)
    try {
      if ((await sendOff(services, composition)) && !alone) focusPane('list')
    } catch (error) {
      setFailure(say('composer.notSent', { reason: errorWords(error) }))
    }
    setSending(false)
  }

  async function close(): Promise<void> {
    if ((await putAway(services)) && !alone) focusPane('list')
  }

  async function discard(): Promise<void> {
    await discardComposed(services)
    if (!alone) focusPane('list')
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      void send()
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      if (question) question.onNo()
      else if (!sending) void close().catch(tell(say('composer.theDraft'))) // a message's own window would go before the message does
    }
  }

  /** Whoever comes back to the message as a whole comes back to where they wrote. */
  function onFocus({ target, relatedTarget }: FocusEvent): void {
    if (target instanceof HTMLElement && target !== form.current) last.current = target
    else if (form.current?.contains(relatedTarget as Node | null)) return
    else if (last.current && form.current?.contains(last.current)) last.current.focus()
    else focusText()
  }

  function onDragOver(event: DragEvent): void {
    if (!carriesFiles(event)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    setDragging(true)
  }

  function onDrop(event: DragEvent): void {
    setDragging(false)
    if (!carriesFiles(event)) return
    event.preventDefault()
    void attach([...event.dataTransfer.files])
  }

  let note: ReactNode = null
  if (question) note = <Ask question={question} />
  else if (failure || problem)
    note = (
      <p className={styles.problem} role="alert">
        {failure ?? problem?.text}
      </p>
    )
  return (
    <form
      ref={form}
      className={styles.composer}
      aria-label={say('composer.newMessage')}
      data-pane="reader"
      tabIndex={-1}
      onSubmit={event => event.preventDefault()}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onDragOver={onDragOver}
      onDragLeave={event => !form.current?.contains(event.relatedTarget as Node | null) && setDragging(false)}
      onDropCapture={onDrop}
    >
      <div className={styles.whole} inert={sending}>
        <ComposerHead composition={composition} alone={alone} onClose={() => void close().catch(tell(say('composer.theDraft')))} />
        <HeaderFields composition={composition} problem={problem} onMended={() => setProblem(null)} onDone={focusText} />
        <MessageText composition={composition} onEditor={setEditor} onFiles={files => void attach(files)} />
        <Files composition={composition} />
        <div ref={end} className={styles.end}>
          {note}
          <ComposerFoot
            composition={composition}
            editor={editor}
            sending={sending}
            onSend={() => void send()}
            onAttach={files => void attach(files)}
            onDiscard={() => void discard().catch(tell(say('composer.notDiscarded')))}
            onAsk={(text, yes, act) =>
              setQuestion({ text, yes, no: say('composer.keepFormatting'), onYes: () => (setQuestion(null), act()), onNo: () => setQuestion(null) })
            }
          />
        </div>
      </div>
      {sending && (
        <p className={styles.sending} role="status">
          {say('composer.sending')}
        </p>
      )}
      {dragging && (
        <div className={styles.drop} role="status">
          {say('composer.dropFiles')}
        </div>
      )}
    </form>
  )
}
