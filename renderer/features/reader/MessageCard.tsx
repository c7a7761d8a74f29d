import { toRefs } from '../../data/operations.ts'
import { use, useEffect, useMemo, useState, type ReactNode } from 'react'
import { keyOf, type Folder } from '../../../shared/model/folder.ts'
import { hashText } from '../../../shared/model/hash.ts'
import { sameMessage, type Body, type MessageRef } from '../../../shared/model/message.ts'
import { isTransient, MailError } from '../../../shared/errors.ts'
import { composeMailto, tell } from '../../commands/compose.ts'
import { DatabaseContext, useServices, useWindowState } from '../../state/services.ts'
import { everyone } from '../../data/compose/answering.ts'
import type { Row } from '../../data/list/list-protocol.ts'
import { errorWords } from '../../data/words/errors.ts'
import { displayName } from '../../data/words/people.ts'
import { say } from '../../data/words/say.ts'
import { useBody } from '../../data/text/use-message.ts'
import { Button } from '../../ui/Button.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { Attachments } from './Attachments.tsx'
import { outgoingOf, plainBody } from './message-content.ts'
import { MessageFrame } from './MessageFrame.tsx'
import { MessageHead } from './MessageHead.tsx'
import { RemoteBanner } from './RemoteBanner.tsx'
import { createSanitiser } from './sanitise.ts'
import { useFrameTheme } from './use-frame-theme.ts'
import { usePictures } from './use-images.ts'
import styles from './MessageCard.module.css'

/** As long as the core may take: where the server falls silent, it gives up much sooner. */
const bodyDeadlineMs = 60 * 60_000

/** The reference of a message, asked of the list worker once. */
function useReference(folder: Folder, id: number): { ref: MessageRef | null; find: () => Promise<MessageRef> } {
  const { list } = useServices()
  const [ref, setRef] = useState<MessageRef | null>(null)
  async function find(): Promise<MessageRef> {
    const [found] = toRefs(await list.call('resolve', { folder: folder.id, ids: [id] }))
    if (!found) throw new MailError('gone', 'message.left')
    setRef(found)
    return found
  }
  useEffect(() => {
    let current = true
    list.call('resolve', { folder: folder.id, ids: [id] }).then(
      found => current && setRef(toRefs(found)[0] ?? null),
      () => undefined, // attachments stay without effect until the body is fetched
    )
    return () => {
      current = false
    }
  }, [list, folder.id, id])
  return { ref, find }
}

/** `offline`: it will be fetched by itself when the connection is back. */
function failureWords(error: MailError, offline: boolean): string {
  if (isTransient(error) && offline) return say('reader.notDownloaded')
  if (error.kind === 'gone') return say('reader.gone')
  return say('reader.notFetched', { reason: errorWords(error) })
}

/** One message: head, banners, body in its frame, attachments. Made anew for each message. */
export function MessageCard({ row, folder, onHint }: { row: Row; folder: Folder; onHint(url: string | null): void }) {
  const { core } = useServices()
  const database = use(DatabaseContext)
  const state = useWindowState(state => state.statuses[folder.ref.account]?.state)
  const [tries, setTries] = useState(0)
  const { ref, find } = useReference(folder, row.id)
  const fetch = async (): Promise<unknown> => core.call('body.fetch', { message: row.id, ref: await find() }, bodyDeadlineMs)
  const body = useBody(database, row.id, fetch, `${tries} ${state === 'ready' || state === 'syncing'}`)
  const people = everyone(row.headers, body.state === 'ready' ? body.body : null)
  const lacksPeople = body.state === 'ready' && people === null
  useEffect(() => {
    if (lacksPeople) fetch().catch(() => undefined) // kept by an older program; the head says what the row knows
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `fetch` is made anew with each render
  }, [lacksPeople])
  const offline = state === undefined || state === 'offline' || state === 'connecting'
  const sender = row.headers.from[0] ? displayName(row.headers.from[0]) : say('common.unknownSender')

  let content: ReactNode
  if (body.state === 'ready') content = <GuardedBody row={row} folder={folder} body={body.body} messageRef={ref} onHint={onHint} />
  else if (body.state === 'loading')
    content = (
      <div className={styles.body}>
        <div className={styles.fetching} role="status" aria-label={say('reader.fetching')} />
      </div>
    )
  else
    content = (
      <div className={styles.body}>
        <div className={styles.note}>
          <p role="status">{failureWords(body.error, offline)}</p>
          {!(isTransient(body.error) && offline) && body.error.kind !== 'gone' && (
            <Button onClick={() => setTries(tries + 1)}>{say('common.tryAgain')}</Button>
          )}
        </div>
      </div>
    )
  return (
    <article className={styles.card} aria-label={sender}>
      <MessageHead row={row} people={people} />
      {content}
    </article>
  )
}

/** The body, unless it stopped a window before: then it is shown when it is asked for. The core is told first, so that it knows what stopped this one. */
function GuardedBody({ folder, ...props }: ReadableBodyProps & { folder: Folder }) {
  const { core, store } = useServices()
  const { row } = props
  const shown = useMemo(
    () => ({
      message: { account: folder.ref.account, messageIdHash: hashText(row.headers.messageId), size: row.size, date: row.date },
      folder: folder.ref,
      uid: row.uid || null,
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- of a message only its UID changes
    [keyOf(folder.ref), row.id, row.uid],
  )
  const [look, setLook] = useState<'none' | 'plain' | 'whole'>(() =>
    store.getState().stopped.some(one => sameMessage(one, shown.message)) ? 'none' : 'whole',
  )
  const [told, setTold] = useState(false)
  useEffect(() => {
    if (look === 'none') return
    const done = (): void => setTold(true)
    core.call('reader.shows', shown).then(done, done) // shown also where the core has gone
    return () => void core.call('reader.shows', null).catch(() => undefined)
  }, [core, look, shown])

  if (look === 'none')
    return (
      <div className={styles.body}>
        <div className={styles.note}>
          <p role="status">{say('reader.stopped')}</p>
          <Button onClick={() => setLook('plain')}>{say('reader.showPlain')}</Button>{' '}
          <Button onClick={() => setLook('whole')}>{say('reader.showAnyway')}</Button>
        </div>
      </div>
    )
  return told && <ReadableBody {...props} body={look === 'plain' ? plainBody(props.body) : props.body} />
}

interface ReadableBodyProps {
  row: Row
  body: Body
  messageRef: MessageRef | null
  onHint(url: string | null): void
}

function ReadableBody({ row, body, messageRef, onHint }: ReadableBodyProps) {
  const services = useServices()
  const { core } = services
  const database = use(DatabaseContext)
  const theme = useFrameTheme()
  const [showQuoted, setShowQuoted] = useState(false)
  const sanitise = useMemo(() => createSanitiser(window), [])
  const message = useMemo(() => outgoingOf(body, sanitise), [body, sanitise])
  const pictures = usePictures({ core, database, message: row.id, ref: messageRef, body, pictures: message.pictures })

  function openLink(url: string): void {
    if (/^mailto:/i.test(url)) return void composeMailto(services, url).catch(tell(say('reader.notBegun')))
    core.call('link.open', { url }).catch((error: unknown) => {
      showNotice({ kind: 'alert', text: say('reader.linkNotOpened', { reason: errorWords(error) }) })
    })
  }

  return (
    <>
      <RemoteBanner remote={pictures.remote} onLoad={pictures.load} />
      <div className={styles.body}>
        {message.html ? (
          <MessageFrame message={message} theme={theme} pictures={pictures.urls} showQuoted={showQuoted} onLink={openLink} onHint={onHint} />
        ) : (
          <p className={styles.note}>{say('reader.noText')}</p>
        )}
        {message.quoted && (
          <button
            type="button"
            className={styles.quote}
            aria-label={showQuoted ? say('reader.hideQuoted') : say('reader.showQuoted')}
            aria-expanded={showQuoted}
            onClick={() => setShowQuoted(!showQuoted)}
          >
            •••
          </button>
        )}
        {body.truncated && (
          <p className={styles.note} role="status">
            {say('reader.truncated')}
          </p>
        )}
      </div>
      <Attachments parts={[...body.attachments, ...pictures.files]} messageRef={messageRef} />
    </>
  )
}
