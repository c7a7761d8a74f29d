import { expunge } from '../../commands/transfer.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { Question } from '../../ui/Question.tsx'

/** Asked before messages in Trash are deleted for good. */
export function ExpungeDialog() {
  const open = useWindowState(state => state.dialog === 'expunge' && state.chosen !== null)
  const chosen = useWindowState(state => state.chosen)
  const count = chosen?.ids.length ?? 0
  const what = count === 1 ? 'This message goes' : `${count.toLocaleString('en-GB')} messages go`
  const services = useServices()
  const { store } = services
  const close = (): void => store.setState({ dialog: 'none' })
  const onExpunge = (): void => {
    close()
    if (chosen) expunge(services, chosen).catch((error: Error) => showNotice({ kind: 'alert', text: error.message }))
  }
  return (
    <Question
      title="Delete for good?"
      open={open}
      onClose={close}
      words={`${what} from the server and from every device that reads this account. This cannot be undone.`}
    >
      <Button look="danger" onClick={onExpunge}>
        Delete for good
      </Button>
    </Question>
  )
}
