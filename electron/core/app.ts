/** Composition root: puts the parts together for one profile on one host. Nothing else knows all of them. */
import { join } from 'node:path'
import type { Fact } from '../../shared/errors.ts'
import type { AccountId } from '../../shared/model/account.ts'
import type { Operation } from '../../shared/operations.ts'
import { openAccounts, storeOf, toInfo } from './accounts/accounts.ts'
import { createAccountCalls } from './calls/accounts.ts'
import { createDesktopCalls } from './calls/desktop.ts'
import { createDraftCalls } from './calls/drafts.ts'
import { createMessageCalls } from './calls/messages.ts'
import { createOperationCalls } from './calls/operations.ts'
import { createSettingsCalls } from './calls/settings.ts'
import { createSyncCalls } from './calls/sync.ts'
import { provision } from './accounts/provision.ts'
import { openSecrets } from './accounts/secrets.ts'
import { CacheLink, type Attachment } from './cache/port.ts'
import type { Host } from './host.ts'
import { openOutgoing, type Outgoing } from './outgoing/outgoing.ts'
import { createLog } from './log.ts'
import type { Mime } from './mime/mime.ts'
import { entryFormat } from './operations/entries.ts'
import { OpQueue } from './operations/queue.ts'
import { AccountEngine } from './account/account-engine.ts'
import { Engines } from './account/engines.ts'
import { createNewMailNotices } from './new-mail-notices.ts'
import { openTold, type Told } from './sync/told.ts'
import { collectOwnGarbage, createGarbageCollector } from './garbage.ts'
import { openTrust } from './net/trust.ts'
import { openJournal } from './storage/journal.ts'
import { hasRoom } from './storage/room.ts'
import { openProfile } from './storage/profile.ts'
import { openSettings } from './storage/settings.ts'
import { openStoppedMessages } from './storage/stopped-messages.ts'
import { Windows, type WindowHandlers } from './windows.ts'

export interface AppOptions {
  version: string
  mime: Mime
  /** File of accounts to add or update before the window opens. */
  provision?: string
  /** Wins over the person's setting, for this run. */
  theme?: 'light' | 'dark'
  /** A mailto address the program was started with. */
  compose?: string
  writeLog(line: string): void
  /** Tests only: remote images may come from loopback. */
  allowLoopbackImages?: boolean
}

export interface App {
  /** A mailto address the system or a second start hands over. */
  compose(url: string): void
  stop(): Promise<void>
}

/** Starts the program on a host. Throws `invalid` naming the field where the provision file is malformed, `refused` where the profile is of a newer program. */
export async function createApp(host: Host, options: AppOptions): Promise<App> {
  const now = (): number => Date.now()
  const log = createLog('core', options.writeLog, now)
  const profileWarnings = await openProfile(host.dataFolder)
  const secrets = await openSecrets(host.dataFolder, await host.keyStore())
  const accounts = await openAccounts(host.dataFolder, secrets)
  if (options.provision !== undefined) await provision(options.provision, accounts)
  const trust = await openTrust(host.dataFolder, now)
  const settings = await openSettings(host.dataFolder)
  log(`started, version ${options.version}`)
  const stoppedMessages = await openStoppedMessages(host.dataFolder, log)
  const journal = await openJournal(join(host.dataFolder, 'operations.journal'), entryFormat)
  if (journal.damaged > 0) log(`${journal.damaged} records in the journal of operations could not be read and were set aside`)

  const currentSettings = () => ({ ...settings.current, ...(options.theme && { theme: options.theme }) })

  const windows = new Windows({
    host,
    greeting: () => ({
      version: options.version,
      host: { name: host.name, missingFeatures: [...host.missingFeatures] },
      settings: currentSettings(),
      secrets: secrets.state,
      accounts: accounts.all.map(toInfo),
      statuses: engines.statuses,
      ops: queue.states,
      outgoing: outgoing.states,
      startupWarnings: startupWarnings.splice(0),
      stopped: [...stoppedMessages.all],
    }),
    openFolder: folder => engines.of(folder.account).openFolder(folder),
    keepStopped: message => stoppedMessages.add(message),
    greeted: () => told.windowCame(),
    compose: options.compose ?? null,
    log,
  })
  const told: Told = await openTold(host.dataFolder, {
    show: createNewMailNotices({ desktop: host.desktop, windows: () => windows.all, chosen: ({ folder, uid }) => windows.show(folder, uid) }),
    again: folder => engines.find(folder.account)?.folderChanged(folder),
    log,
  })

  const cache: CacheLink = new CacheLink({
    handshake: () => ({ stores: accounts.all.map(storeOf), operations: queue.operations }),
    onAttached: attachment => {
      log(`cache attached, ${attachment.folders.length} folders`)
      engines.attach(attachment)
      for (const account of engines.accounts) queue.kick(account)
    },
    onDetached: () => {
      log('cache detached')
      engines.detach()
    },
    onStoring: rows => garbage.noted(rows),
    onProblem(problem) {
      if (problem !== null) log(`there is no cache: ${problem}`)
      engines.cacheProblemChanged()
    },
    hasRoom: () => hasRoom(host.dataFolder),
    removeFiles: () => host.removeCacheFiles(),
    log,
  })
  const garbage = createGarbageCollector({
    collect() {
      collectOwnGarbage()
      host.collectGarbage().catch((error: unknown) => log('the garbage of the pages could not be collected', error))
    },
  })

  const queue: OpQueue = new OpQueue({
    journal,
    perform: (account, work) => engines.of(account).perform(work),
    async applyOutcome(op, outcome) {
      await told.performed(op, outcome)
      await engines.of(op.account).applyOutcome(op, outcome)
    },
    announce(op) {
      told.expect(op)
      cache.current?.port.overlay({ put: [op], drop: [] }).catch((error: unknown) => log('an operation could not join the overlay', error))
    },
    onState: state => {
      told.follow(state)
      if (state.state === 'done' || state.state === 'refused' || state.state === 'withdrawn') cache.ended(state.id)
      windows.emit('op.changed', state)
    },
    log,
  })

  for (const op of queue.operations) told.expect(op)
  for (const state of queue.states) told.follow(state)

  const engines: Engines = new Engines({
    create: account =>
      new AccountEngine({
        account,
        password: () => secrets.get(account.id),
        trust,
        mime: options.mime,
        attached: () => cache.attached(),
        cacheProblem: () => cache.problem,
        onStatus: status => windows.emit('account.status', status),
        onReady: () => {
          queue.kick(account.id)
          outgoing.connected(account.id)
        },
        told,
        log: createLog(`account ${account.id}`, options.writeLog, now),
        now,
      }),
    renewCache,
  })

  /** Never rejects: a page that goes is told the same by its next attachment. */
  async function renewCache(): Promise<Attachment | null> {
    try {
      return await cache.renew()
    } catch (error) {
      log('the cache page could not be told of a change of accounts', error)
      return null
    }
  }

  async function enqueue(op: Operation): Promise<void> {
    engines.of(op.account)
    await queue.enqueue(op)
  }

  const outgoing: Outgoing = await openOutgoing(host.dataFolder, {
    account: id => accounts.all.find(account => account.id === id),
    password: id => secrets.get(id),
    trust,
    perform: async (account, work) => engines.of(account).perform(({ session, refOf }) => work(session, refOf)),
    enqueue,
    onFiled: folder => engines.find(folder.account)?.folderChanged(folder),
    download: (ref, part, write) => engines.of(ref.account).download(ref, part, write),
    onState: state => windows.emit('outgoing.changed', state),
    log: createLog('messages', options.writeLog, now),
    now,
  })
  /** What no window has been told yet. */
  const startupWarnings: Fact[] = [
    ...profileWarnings,
    ...[accounts, secrets, trust, settings].flatMap(({ warnings }) => warnings),
    ...outgoing.startupWarnings,
    ...told.startupWarnings,
  ]
  if (journal.damaged > 0) startupWarnings.push({ code: 'startup.operations', params: {} })
  /** The person asks; null: for every account. */
  function checkNow(account: AccountId | null): void {
    engines.checkNow(account)
    outgoing.retryNow(account)
  }

  const handlers: WindowHandlers = {
    ...createAccountCalls({
      accounts,
      secrets,
      trust,
      start(account) {
        engines.start(account)
        outgoing.retryNow(account.id) // its server for outgoing mail may be another now
      },
      async end(account) {
        engines.end(account)
        await queue.forget(account)
        await told.forget(account)
        await outgoing.forget(account)
      },
      gone: async () => void (await renewCache()), // the cache forgets its folders
      retry: checkNow,
      onlyHere: account => ({ outgoing: outgoing.onlyHere(account), changes: queue.waiting(account) }),
      accountsChanged: () => windows.emit('accounts.changed', accounts.all.map(toInfo)),
      secretsChanged: () => windows.emit('secrets.changed', secrets.state),
    }),
    ...createDraftCalls(outgoing, draft => host.openWindow({ theme: currentSettings().theme, draft })),
    ...createMessageCalls({
      sourceOf: account => engines.of(account),
      downloadsFolder: host.downloadsFolder,
      allowLoopbackImages: options.allowLoopbackImages === true,
    }),
    ...createOperationCalls(queue, enqueue),
    ...createDesktopCalls(host),
    ...createSettingsCalls(
      change => {
        if (change.theme) delete options.theme // chosen by hand: wins over the command line
        return settings.change(change)
      },
      () => windows.emit('settings.changed', currentSettings()), // what the command line says holds on
    ),
    ...createSyncCalls(checkNow),
  }

  host.onMailto(url => windows.compose(url))
  host.onPage(page => {
    if (page.kind === 'window') windows.connect(page, handlers)
    else cache.attach(page.transport).catch((error: unknown) => log('a cache page could not attach', error))
  })
  host.onNetworkChange(() => {
    engines.networkChanged()
    outgoing.networkChanged()
  })
  for (const account of accounts.all) if (account.incoming.protocol === 'imap') engines.start(account)
  await outgoing.start()
  await host.openWindow({ theme: currentSettings().theme })
  windows.started()

  return {
    compose: url => windows.compose(url),
    async stop() {
      garbage.dispose()
      await outgoing.stop()
      queue.dispose()
      engines.dispose()
      await host.stop()
      await options.mime.dispose()
      await journal.close()
      await told.close()
    },
  }
}
