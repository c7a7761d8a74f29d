import { expunge } from '../../commands/transfer.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { showNotice } from '../../ui/notices.tsx'
import styles from './ExpungeDialog.module.css'

/** Asked before messages in Trash are deleted for good. */
export function ExpungeDialog() {
  const open = useWindowState(state => state.dialog === 'expunge' && state.chosen !== null)
  const chosen = useWindowState(state => state.chosen)
  const count = chosen?.ids.length ?? 0
  const services = useServices()
  const { store } = services
  const close = (): void => store.setState({ dialog: 'none' })
  const onExpunge = (): void => {
    close()
    if (chosen) expunge(services, chosen).catch((error: Error) => showNotice({ kind: 'alert', text: error.message }))
  }
  return (
    <Dialog title="Delete for good?" open={open} onClose={close}>
      <div className={styles.body}>
        <p>
          {count === 1 ? 'This message goes' : `${count.toLocaleString('en-GB')} messages go`} from the server and from every device that reads this
          account. This cannot be undone.
        </p>
        <div className={styles.buttons}>
          <Button autoFocus onClick={close}>
            Cancel
          </Button>
          <Button look="danger" onClick={onExpunge}>
            Delete for good
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
