import { answer } from '../../commands/compose.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import type { AnswerKind } from '../../data/compose/answering.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { Question } from '../../ui/Question.tsx'

/** Asked before an answer goes to many people, and said where it cannot go to all of them. */
export function ReplyAllDialog() {
  const open = useWindowState(state => state.dialog === 'replyAll')
  const { kind, count, problem, toSender } = useWindowState(state => state.replyAll)
  const services = useServices()
  const close = (): void => services.store.setState({ dialog: 'none' })
  const reply = (chosen: AnswerKind): void => {
    close()
    answer(services, chosen, true).catch((error: unknown) => showNotice({ kind: 'alert', text: errorWords(error) }))
  }
  return (
    <Question
      title={problem ? say('composer.replyAll.not') : say('composer.replyAll.ask', { count })}
      open={open}
      onClose={close}
      words={problem ?? say('composer.replyAll.words', { count })}
    >
      {toSender && <Button onClick={() => reply('reply')}>{say('composer.replyAll.toSender')}</Button>}
      {!problem && (
        <Button look="primary" onClick={() => reply(kind)}>
          {say('composer.replyAll.yes', { count })}
        </Button>
      )}
    </Question>
  )
}
