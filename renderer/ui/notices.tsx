/** Short messages over the window: `alert` for what went wrong, `status` for the rest. At most one action, which stands beside the words. */
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Toaster, toast } from 'sonner'
import { Button } from './Button.tsx'
import styles from './notices.module.css'

export interface Notice {
  kind: 'status' | 'alert'
  text: string
  action?: { label: string; perform(): void }
}

const statusMs = 10_000

/** A status goes after 10 s, which stop while the pointer or the focus is in it; an alert stays until it is closed. */
function NoticeCard({ notice: { kind, text, action }, close }: { notice: Notice; close(): void }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held || kind === 'alert') return
    const timer = setTimeout(close, statusMs)
    return () => clearTimeout(timer)
  }, [held, kind, close])
  return (
    <div
      className={styles.notice}
      data-kind={kind}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
    >
      <span className={styles.text} role={kind}>
        {text}
      </span>
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
      <Button look="quiet" aria-label="Close notice" icon={<X aria-hidden="true" />} onClick={close} />
    </div>
  )
}

let lastStatus: string | null = null

/** Shows a notice. A new status takes the place of the last one; alerts stand one over the other. */
export function showNotice(notice: Notice): void {
  const id = notice.kind === 'status' ? `status-${Date.now()}` : `alert-${notice.text}`
  const close = (): void => void toast.dismiss(id)
  if (notice.kind === 'status') {
    if (lastStatus !== null) toast.dismiss(lastStatus)
    lastStatus = id
  }
  toast.custom(() => <NoticeCard notice={notice} close={close} />, { id, duration: Infinity, unstyled: true })
}

/** `raised`: over a row of buttons at the foot, which they must not cover. */
export function Notices({ raised = false }: { raised?: boolean }) {
  return <Toaster position="bottom-center" offset={{ bottom: raised ? 68 : 24 }} gap={8} visibleToasts={3} containerAriaLabel="Notices" />
}
