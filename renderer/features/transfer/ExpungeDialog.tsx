import { expunge } from '../../commands/transfer.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { Question } from '../../ui/Question.tsx'

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
    if (chosen) expunge(services, chosen).catch((error: unknown) => showNotice({ kind: 'alert', text: errorWords(error) }))
  }
  return (
    <Question title={say('transfer.expunge.title')} open={open} onClose={close} words={say('transfer.expunge.words', { count })}>
      <Button look="danger" onClick={onExpunge}>
        {say('transfer.expunge')}
      </Button>
    </Question>
  )
}
