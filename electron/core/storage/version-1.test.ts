/** What Pillarbox 0.1.0 left on the disk is read with all that was in it (the whole program on the same profile: e2e/upgrade.spec.ts). */
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { factWords } from '../../../renderer/data/words/errors.ts'
import { folderRef } from '../../../shared/test-support/folders.ts'
import { openAccounts } from '../accounts/accounts.ts'
import { openSecrets } from '../accounts/secrets.ts'
import { openTrust } from '../net/trust.ts'
import { advance, condense, entryFormat, type Pending, type Refusal } from '../operations/entries.ts'
import { openDraftFiles } from '../outgoing/draft-files.ts'
import { advance as advanceOutbox, outboxFormat, type OutboxEntries } from '../outgoing/outbox-entries.ts'
import { openJournal } from './journal.ts'
import { openProfile } from './profile.ts'
import { openSettings } from './settings.ts'

let profile: string
beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'pillarbox-version-1-'))
  execFileSync('tar', [
    '-xzf',
    join(import.meta.dirname, '../../../e2e/fixtures/profiles/version-1.tar.gz'),
    '-C',
    profile,
    '--exclude',
    './chromium',
  ])
})
afterEach(() => rm(profile, { recursive: true, force: true }))

it('has its folders and files renamed, once', async () => {
  expect(await openProfile(profile)).toEqual([])
  expect((await readdir(profile)).filter(name => /letter|draft|outbox|profile/.test(name)).sort()).toEqual([
    'drafts',
    'outbox.journal',
    'profile.json',
  ])
  expect(JSON.parse(await readFile(join(profile, 'profile.json'), 'utf8'))).toEqual({ v: 3 })
  expect(await openProfile(profile)).toEqual([])
})

it('is renamed without anything being replaced', async () => {
  await mkdir(join(profile, 'drafts', 'draft-0001'), { recursive: true })
  await writeFile(join(profile, 'outbox.journal'), 'mine')
  expect((await openProfile(profile)).map(fact => factWords(fact))).toEqual([
    expect.stringContaining('“letters”'),
    expect.stringContaining('“letters.journal”'),
  ])
  expect(await readFile(join(profile, 'outbox.journal'), 'utf8')).toBe('mine')
  expect(await readdir(join(profile, 'drafts'))).toEqual(['draft-0001'])
  expect(await readdir(join(profile, 'letters'))).toHaveLength(3)
})

it('keeps its operations, each as far as it had come', async () => {
  const journal = await openJournal(join(profile, 'operations.journal'), entryFormat)
  expect(journal.damaged).toBe(0)
  const [pending, refusals] = [new Map<string, Pending>(), new Map<string, Refusal>()]
  for (const entry of journal.records) advance(pending, refusals, entry)
  expect([...pending.values()].map(({ op, state }) => [op.kind, state])).toEqual([
    ['setFlags', 'performed'],
    ['move', 'performing'],
    ['setFlags', 'queued'],
    ['move', 'queued'],
    ['setFlags', 'queued'],
  ])
  const inbox = folderRef('c2bccce6bf53', 'INBOX')
  expect([...pending.values()][0]!.outcome).toMatchObject({
    folders: [{ folder: inbox, uids: [[22, 22]], flags: [[1, 5, []]] }],
    expunged: [],
  })
  expect([...pending.values()].map(({ op }) => op)).toMatchObject([
    { add: { bits: 4, keywords: [] }, messages: [{ locators: [{ kind: 'uid', folder: inbox }] }] },
    { to: folderRef('c2bccce6bf53', 'Archive') },
    {},
    { to: folderRef('c2bccce6bf53', 'Trash') },
    {},
  ])
  expect([...refusals.keys()]).toEqual(['refused-0001'])
  await journal.compact(condense(pending, refusals, 100))
  await journal.close()
  const again = await openJournal(join(profile, 'operations.journal'), entryFormat)
  const second = new Map<string, Pending>()
  for (const entry of again.records) advance(second, new Map(), entry)
  expect(second).toEqual(pending)
  await again.close()
})

it('keeps an expunge of its time, and what it left', async () => {
  const message = {
    account: 'c2bccce6bf53',
    locators: [{ kind: 'imap', folder: 'INBOX', uidValidity: 1, uid: 3 }],
    messageIdHash: 1,
    size: 1,
    date: 1,
  }
  const gone = { path: 'INBOX', uidValidity: 1, uids: [3] }
  const line = (record: unknown): string => {
    const json = JSON.stringify(record)
    return `${createHash('sha256').update(json).digest('hex').slice(0, 16)} ${json}\n`
  }
  const op = { kind: 'erase', id: 'erase-0001', account: 'c2bccce6bf53', at: 1, messages: [message] }
  const performed = { t: 'performed', id: 'erase-0001', outcome: { folders: [], transfers: [], erased: [gone] } }
  await writeFile(join(profile, 'operations.journal'), line({ t: 'queued', op }) + line(performed))
  const journal = await openJournal(join(profile, 'operations.journal'), entryFormat)
  expect(journal.damaged).toBe(0)
  const folder = folderRef('c2bccce6bf53', 'INBOX')
  expect(journal.records).toMatchObject([
    { op: { kind: 'expunge', messages: [{ locators: [{ kind: 'uid', folder, uidValidity: 1, uid: 3 }] }] } },
    { outcome: { expunged: [{ folder, uidValidity: 1, uids: [[3, 3]] }] } },
  ])
  await journal.close()
})

it('keeps its outbox, its drafts and their files', async () => {
  await openProfile(profile)
  const journal = await openJournal(join(profile, 'outbox.journal'), outboxFormat)
  expect(journal.damaged).toBe(0)
  const entries: OutboxEntries = new Map()
  for (const record of journal.records) advanceOutbox(entries, record)
  await journal.close()
  expect([...entries.values()].map(({ message, state }) => [message.subject, state])).toEqual([
    ['Nobody knows whether this went out', 'uncertain'],
    ['This waits for the server', 'waiting'],
  ])
  const files = openDraftFiles(join(profile, 'drafts'))
  const ids = await files.list()
  expect(ids).toHaveLength(3)
  const draft = ids.find(id => !entries.has(id))!
  const kept = (await files.readDraft(draft))!
  expect(kept.draft).toMatchObject({ subject: 'A draft with a file', attachments: [{ filename: 'plan.txt' }] })
  expect(await files.attachments(draft)).toEqual(kept.draft.attachments)
  await files.writeDraft(kept)
  expect(JSON.parse(await readFile(join(profile, 'drafts', draft, 'draft.json'), 'utf8'))).toMatchObject({ v: 2, draft: { format: 'rich' } })
  expect(await files.readDraft(draft)).toEqual(kept)
})

it('keeps its accounts, settings and certificates', async () => {
  const accounts = await openAccounts(profile, await openSecrets(profile, null))
  expect([accounts.all.map(({ email }) => email), accounts.warnings]).toEqual([['alice@example.test'], []])
  const settings = await openSettings(profile)
  expect([settings.current.density, settings.warnings]).toEqual(['comfortable', []])
  const trust = await openTrust(profile, () => 0)
  expect(trust.warnings).toEqual([])
  await trust.verified({ host: 'other.example', port: 993, security: 'tls' })
  expect(JSON.parse(await readFile(join(profile, 'certificates.json'), 'utf8'))).toEqual({
    ...{ v: 2, trusted: [] },
    verified: ['localhost:33475', 'other.example:993'],
  })
})
