import { answer } from '../../commands/compose.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import type { AnswerKind } from '../../data/compose/answering.ts'
import { Button } from '../../ui/Button.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { Question } from '../../ui/Question.tsx'

/** Asked before an answer goes to many people, and said where it cannot go to all of them. */
export function ReplyAllDialog() {
  const open = useWindowState(state => state.dialog === 'replyAll')
  const { kind, count, problem, toSender } = useWindowState(state => state.replyAll)
  const services = useServices()
  const people = `${count.toLocaleString('en-GB')} people`
  const close = (): void => services.store.setState({ dialog: 'none' })
  const reply = (chosen: AnswerKind): void => {
    close()
    answer(services, chosen, true).catch((error: Error) => showNotice({ kind: 'alert', text: error.message }))
  }
  return (
    <Question
      title={problem ? 'Not a reply to all' : `Reply to ${people}?`}
      open={open}
      onClose={close}
      words={problem ?? `Everyone who wrote or got this message gets your answer: ${people}.`}
    >
      {toSender && <Button onClick={() => reply('reply')}>Reply to sender</Button>}
      {!problem && (
        <Button look="primary" onClick={() => reply(kind)}>
          Reply to {people}
        </Button>
      )}
    </Question>
  )
}
