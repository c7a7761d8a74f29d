/** Short messages over the window: `alert` for what went wrong, `status` for the rest. At most one action, which stands beside the words. */
import { X } from 'lucide-react'
import { useEffect, useRef, useState, type CSSProperties, type FocusEvent } from 'react'
import { Toaster, toast } from 'sonner'
import { Button } from './Button.tsx'
import { Isolated } from './Isolated.tsx'
import { uiWords } from './words.ts'
import styles from './notices.module.css'

export interface Notice {
  kind: 'status' | 'alert'
  text: string
  action?: { label: string; perform(): void }
  /** True until then, whoever holds it: it counts down to it. The words are for the eye, once a second; `text` is said once. */
  until?: { time: number; inWords(seconds: number): string }
}

const statusMs = 10_000

/** The time left in words, again each second. */
function Countdown({ time, inWords }: { time: number; inWords(seconds: number): string }) {
  const [now, setNow] = useState(() => Date.now())
  const left = Math.max(1, Math.ceil((time - now) / 1000))
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, time - (left - 1) * 1000 - Date.now()) + 10)
    return () => clearTimeout(timer)
  }, [time, left])
  return (
    <span className={styles.text} aria-hidden="true">
      {inWords(left)}
    </span>
  )
}

/** A status goes after 10 s, which stop while the pointer is moved in it or the focus is there, or at its time; an alert stays until it is closed. */
function NoticeCard({ notice: { kind, text, action, until }, close }: { notice: Notice; close(): void }) {
  const [held, setHeld] = useState(false)
  const card = useRef<HTMLDivElement>(null)
  const before = useRef<HTMLElement | null>(null)
  useEffect(() => {
    if (kind === 'alert' || (held && !until)) return
    const timer = setTimeout(close, until ? until.time - Date.now() : statusMs)
    return () => clearTimeout(timer)
  }, [held, kind, until, close])

  // a notice that goes gives the focus back; its place in the list is no stop of its own
  useEffect(() => {
    const here = card.current
    here?.closest('li')?.setAttribute('tabindex', '-1')
    return () => {
      if (here?.contains(document.activeElement)) before.current?.focus()
    }
  }, [])

  function onFocus(event: FocusEvent): void {
    const { relatedTarget } = event
    event.stopPropagation() // the list would take the focus back from where it goes next, so that nobody gets past it by Tab
    setHeld(true)
    if (relatedTarget instanceof HTMLElement && !card.current?.contains(relatedTarget)) before.current = relatedTarget
  }

  return (
    <div
      ref={card}
      className={styles.notice}
      data-kind={kind}
      onFocus={onFocus}
      onBlur={() => setHeld(false)}
      onMouseMove={({ movementX, movementY }) => (movementX !== 0 || movementY !== 0) && setHeld(true)} // not where it only rests
      onMouseLeave={() => setHeld(false)}
    >
      <span className={until ? 'visually-hidden' : styles.text} role={kind}>
        <Isolated text={text} />
      </span>
      {until && <Countdown {...until} />}
      {action && (
        <Button
          look="quiet"
          className={styles.action}
          onClick={() => {
            close()
            action.perform()
          }}
        >
          {action.label}
        </Button>
      )}
      <Button look="quiet" aria-label={uiWords().closeNotice} icon={<X aria-hidden="true" />} onClick={close} />
    </div>
  )
}

let count = 0
let closeStatus = (): void => undefined
/** By their words. */
const alerts = new Map<string, string>()

/**
 * Shows a notice. A new status takes the place of the last one, unless that counts down: what can be undone for some seconds can be for all of them. Alerts
 * stand one over the other, each once. Answers how to close it.
 */
export function showNotice(notice: Notice): () => void {
  const { kind, text, until } = notice
  const id = (kind === 'alert' && alerts.get(text)) || `${kind}-${++count}` // never that of one that is going
  const close = (): void => {
    if (alerts.get(text) === id) alerts.delete(text)
    toast.dismiss(id)
  }
  if (kind === 'alert') alerts.set(text, id)
  else if (!until) {
    closeStatus()
    closeStatus = close
  }
  toast.custom(() => <NoticeCard notice={notice} close={close} />, { id, duration: Infinity, unstyled: true, className: styles.slot })
  return close
}

const width = { '--width': 'min(520px, 100vw - 32px)' } as CSSProperties

/** They stand over `--raised`: the height of a row of buttons at the foot, which they must not cover. */
const offset = { bottom: 'calc(var(--raised, 0px) + 20px)' }

export function Notices() {
  return (
    <Toaster
      expand
      position="bottom-center"
      offset={offset}
      mobileOffset={offset}
      gap={8}
      visibleToasts={3}
      containerAriaLabel={uiWords().notices}
      style={width}
    />
  )
}
