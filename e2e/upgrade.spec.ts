/** A profile that an earlier version left opens with everything in it, and nothing is fetched again. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDemoServer } from './demo/imap/server.ts'
import { createMailbox } from './demo/mailbox/mailbox.ts'
import { expect, test } from './fixtures/app.ts'
import { RunningApp } from './fixtures/running-app.ts'
import { composerModel } from './pages/composer.ts'
import { windowModel } from './pages/window.ts'
import { createCertificates } from './servers/certificates.ts'
import type { HandedOver } from './servers/smtp-session.ts'
import { Submission } from './servers/submission.ts'

test.setTimeout(90_000)

/**
 * version-1.tar.gz was made by version 0.1.0 on the demo mailbox of 2026-11-20, all bodies kept: a draft with a file, a message of which nobody knows whether it
 * went out, one that waits; operations performed (flag on UID 22), performing (UID 20 to Archive), waiting (read UID 17, move it to Trash, flag UID 14), and a refused one.
 */
test('a profile of version 0.1.0 opens with nothing lost and nothing fetched again', async ({ built: _built }) => {
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-upgrade-'))
  const made = createCertificates()
  const store = createMailbox(new Date('2026-11-20T10:50:00'))
  const inbox = store.find('INBOX')!
  const at = (uid: number) => inbox.messages.find(message => message.uid === uid)
  store.setFlags(at(22)!, 'add', ['\\Seen', '\\Flagged']) // this one was performed
  const archived = at(20)!.raw
  const binned = at(17)!.raw
  /** What was fetched of messages that were known: rows, structures and texts. */
  const fetched: string[] = []
  const onCommand = (command: string, path: string): void => {
    const [, uids, items = ''] = /^UID FETCH (\S+) (.*)$/i.exec(command) ?? []
    // a listing that was on its way while a message was moved asks once more for that message
    if (uids && path === 'INBOX' && !['17', '20'].includes(uids) && /BODY|HEADER/i.test(items)) fetched.push(command)
  }
  const server = await startDemoServer(store, { user: 'alice', password: 'demo', onCommand }, made.certificate, made.key)
  const taken: HandedOver[] = []
  const submission = await Submission.create('demo', { take: async one => (taken.push(one), '250 2.0.0 Taken') })
  const authorityFile = join(folder, 'authorities.pem')
  await writeFile(authorityFile, made.authority + submission.authority)
  const account = {
    ...{ name: 'Alice', email: 'alice@example.test', password: 'demo' },
    incoming: { protocol: 'imap' as const, host: 'localhost', port: server.port, security: 'tls' as const, user: 'alice' },
    outgoing: { host: 'localhost', port: submission.tlsPort, security: 'tls' as const, user: 'alice' },
  }
  const profileArchive = join(import.meta.dirname, 'fixtures/profiles/version-1.tar.gz')
  const app = await RunningApp.start({ accounts: [account], authorityFile, profileArchive })
  try {
    const view = windowModel(app.page)
    const composer = composerModel(app.page)
    await expect(view.connection).toContainText('Up to date', { timeout: 30_000 })

    await expect.poll(() => at(14)!.flags.has('\\Flagged')).toBe(true)
    await expect.poll(() => store.find('Archive')!.messages.filter(({ raw }) => raw === archived).length).toBe(1)
    await expect.poll(() => store.find('Trash')!.messages.filter(({ raw, flags }) => raw === binned && flags.has('\\Seen')).length).toBe(1)
    expect([at(20), at(17)]).toEqual([undefined, undefined])
    await expect(view.row('Déjeuner vendredi')).toHaveAccessibleName(/^flagged, Étienne Moreau/)
    await expect(view.row('Your books are due')).toHaveAccessibleName(/^flagged, /)
    await expect(view.row(/waiting/)).toHaveCount(0)
    await expect(view.row(/not readable offline/)).toHaveCount(0)

    await expect.poll(() => taken.map(({ to }) => to)).toEqual([['amelie@laurent.example']]) // the uncertain one does not go out by itself
    await app.page.getByRole('button', { name: 'Show activity' }).click()
    const activity = app.page.getByRole('region', { name: 'Activity' })
    await expect(activity.getByText('did not store the flags')).toBeVisible()
    await expect(activity.getByText('do not know whether')).toBeVisible()
    await app.page.keyboard.press('Escape')

    await composer.local('Drafts').click()
    await app.page.getByRole('row', { name: /A draft with a file/ }).click()
    await expect(composer.text).toHaveText('Words nobody else has.')
    await expect(composer.files).toHaveText([/plan\.txt/])

    expect(fetched).toEqual([])
  } finally {
    await app.dispose()
    await server.dispose()
    await submission.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})
