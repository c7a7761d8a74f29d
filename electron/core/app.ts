/** Composition root: puts the parts together for one profile on one host. Nothing else knows all of them. */
import { join } from 'node:path'
import { type ArgOf, type Handlers, type ResultOf } from '../../shared/contract/call.ts'
import { coreCalls, windowCalls } from '../../shared/contract/core-calls.ts'
import { coreEvents } from '../../shared/contract/core-events.ts'
import { MailError, type Fact } from '../../shared/errors.ts'
import type { AccountId } from '../../shared/model/account.ts'
import { createPeer, type Peer } from '../../shared/rpc.ts'
import { openAccounts, storeOf, toInfo, type Account } from './accounts/accounts.ts'
import { createAccountCalls } from './calls/accounts.ts'
import { provision } from './accounts/provision.ts'
import { openSecrets } from './accounts/secrets.ts'
import { CacheLink, type Attachment } from './cache/port.ts'
import type { Host, Page } from './host.ts'
import { openOutgoing, type Outgoing } from './outgoing/outgoing.ts'
import { createLog } from './log.ts'
import type { Mime } from './mime/mime.ts'
import { savePart } from './mime/save-part.ts'
import { entryFormat } from './operations/entries.ts'
import { OpQueue } from './operations/queue.ts'
import { fetchRemoteImage } from './net/remote-image.ts'
import { AccountEngine } from './account/account-engine.ts'
import { createNewMailNotices } from './new-mail-notices.ts'
import { openTold, type Told } from './sync/told.ts'
import { collectOwnGarbage, createGarbageCollector } from './garbage.ts'
import { openTrust } from './net/trust.ts'
import { openJournal } from './storage/journal.ts'
import { hasRoom } from './storage/room.ts'
import { openProfile } from './storage/profile.ts'
import { openSettings } from './storage/settings.ts'
import { openStoppedMessages } from './storage/stopped-messages.ts'
import { watchWindow } from './window-watch.ts'

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

type WindowPeer = Peer<typeof windowCalls, typeof coreEvents>

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

  const windows = new Set<WindowPeer>()
  /** Windows that are no message's. */
  const mains = new Set<WindowPeer>()
  let isStarted = false
  /** What stood in front of main windows that stopped, for those in their place. */
  const toShow: ResultOf<typeof coreCalls, 'app.hello'>['show'][] = []
  const emit: WindowPeer['emit'] = (name, payload) => {
    for (const peer of windows) peer.emit(name, payload)
  }
  const engines = new Map<AccountId, AccountEngine>()
  const told: Told = await openTold(host.dataFolder, {
    show: createNewMailNotices({
      desktop: host.desktop,
      windows: () => [...new Set([...mains, ...windows])],
      chosen({ folder, uid }) {
        emit('folder.show', { folder, uid })
        host.focusWindow().catch((error: unknown) => log('the window could not be brought to the front', error))
      },
    }),
    again: folder => engines.get(folder.account)?.folderChanged(folder),
    log,
  })

  const cache: CacheLink = new CacheLink({
    handshake: () => ({ stores: accounts.all.map(storeOf), operations: queue.operations }),
    onAttached: attachment => {
      log(`cache attached, ${attachment.folders.length} folders`)
      for (const [account, engine] of engines) {
        engine.attach(attachment)
        queue.kick(account)
      }
    },
    onDetached: () => {
      log('cache detached')
      for (const engine of engines.values()) engine.detach()
    },
    onStoring: rows => garbage.noted(rows),
    onProblem(problem) {
      if (problem !== null) log(`there is no cache: ${problem}`)
      for (const engine of engines.values()) engine.cacheProblemChanged()
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
    perform: (account, work) => engineOf(account).perform(work),
    async applyOutcome(op, outcome) {
      await told.performed(op, outcome)
      await engineOf(op.account).applyOutcome(op, outcome)
    },
    announce(op) {
      told.expect(op)
      cache.current?.port.overlay({ put: [op], drop: [] }).catch((error: unknown) => log('an operation could not join the overlay', error))
    },
    onState: state => {
      told.follow(state)
      if (state.state === 'done' || state.state === 'refused' || state.state === 'withdrawn') cache.ended(state.id)
      emit('op.changed', state)
    },
    log,
  })

  for (const op of queue.operations) told.expect(op)
  for (const state of queue.states) told.follow(state)

  function engineOf(account: AccountId): AccountEngine {
    const engine = engines.get(account)
    if (!engine) throw new MailError('gone', 'account.gone')
    return engine
  }

  /** Also in place of an engine that has the account as it was. */
  function startEngine(account: Account): void {
    engines.get(account.id)?.dispose()
    const engine = new AccountEngine({
      account,
      password: () => secrets.get(account.id),
      trust,
      mime: options.mime,
      attached: () => cache.attached(),
      cacheProblem: () => cache.problem,
      onStatus: status => emit('account.status', status),
      onReady: () => {
        queue.kick(account.id)
        outgoing.connected(account.id)
      },
      told,
      log: createLog(`account ${account.id}`, options.writeLog, now),
      now,
    })
    engines.set(account.id, engine)
    engine.start()
    void renewCache(fresh => {
      if (engines.get(account.id) === engine) engine.attach(fresh)
    })
  }

  /** Never rejects: a page that goes is told the same by its next attachment. */
  async function renewCache(then: (fresh: Attachment) => void): Promise<void> {
    try {
      const fresh = await cache.renew()
      if (fresh) then(fresh)
    } catch (error) {
      log('the cache page could not be told of a change of accounts', error)
    }
  }

  /** The account goes: nothing more is done for it. */
  async function endEngine(account: AccountId): Promise<void> {
    engines.get(account)?.dispose()
    engines.delete(account)
    await queue.forget(account)
    await told.forget(account)
    await outgoing.forget(account)
  }

  const outgoing: Outgoing = await openOutgoing(host.dataFolder, {
    account: id => accounts.all.find(account => account.id === id),
    password: id => secrets.get(id),
    trust,
    perform: async (account, work) => engineOf(account).perform(({ session, refOf }) => work(session, refOf)),
    enqueue: async op => {
      engineOf(op.account)
      await queue.enqueue(op)
    },
    onFiled: folder => engines.get(folder.account)?.folderChanged(folder),
    download: (ref, part, write) => engineOf(ref.account).download(ref, part, write),
    openWindow: draft => host.openWindow({ theme: currentSettings().theme, draft }),
    onState: state => emit('outgoing.changed', state),
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
  /** The mailto address no window has been told yet. */
  let toCompose = options.compose ?? null
  const takeCompose = (): string | null => {
    const url = toCompose
    toCompose = null
    return url
  }

  const currentSettings = () => ({ ...settings.current, ...(options.theme && { theme: options.theme }) })

  const greet = (isMain: boolean): ReturnType<Handlers<typeof coreCalls>['app.hello']> => ({
    version: options.version,
    host: { name: host.name, missingFeatures: [...host.missingFeatures] },
    settings: currentSettings(),
    secrets: secrets.state,
    accounts: accounts.all.map(toInfo),
    statuses: [...engines.values()].map(engine => engine.status),
    ops: queue.states,
    outgoing: outgoing.states,
    compose: isMain ? takeCompose() : null,
    startupWarnings: startupWarnings.splice(0),
    stopped: [...stoppedMessages.all],
    show: (isMain && toShow.shift()) || null,
  })

  const handlers: Omit<Handlers<typeof coreCalls>, 'app.hello' | 'folder.open' | 'reader.shows'> = {
    ...outgoing.handlers,
    'settings.set': async change => {
      if (change.theme) delete options.theme // chosen by hand: wins over the command line
      await settings.change(change)
      emit('settings.changed', currentSettings()) // what the command line says holds on
      return null
    },
    ...createAccountCalls({
      accounts,
      secrets,
      trust,
      start(account) {
        startEngine(account)
        outgoing.retryNow(account.id) // its server for outgoing mail may be another now
      },
      end: endEngine,
      gone: () => renewCache(() => undefined), // the cache forgets its folders
      retry(account) {
        for (const [id, engine] of engines) if (account === null || account === id) engine.checkNow()
        outgoing.retryNow(account)
      },
      onlyHere: account => ({ outgoing: outgoing.onlyHere(account), changes: queue.waiting(account) }),
      accountsChanged: () => emit('accounts.changed', accounts.all.map(toInfo)),
      secretsChanged: () => emit('secrets.changed', secrets.state),
    }),
    'desktop.unread': ({ count }) => {
      host.desktop?.setUnread(count)
      return null
    },
    'desktop.mailProgram': () => host.desktop?.makeMailProgram() ?? false,
    'ops.enqueue': async op => {
      engineOf(op.account)
      await queue.enqueue(op)
      return { id: op.id }
    },
    'ops.withdraw': ({ id }) => queue.withdraw(id),
    'body.fetch': async ({ message, ref }) => {
      await engineOf(ref.account).fetchBody(message, ref)
      return null
    },
    'parts.fetch': async ({ message, ref, parts }) => {
      await engineOf(ref.account).fetchParts(message, ref, parts)
      return null
    },
    'part.save': async ({ ref, part }) => ({
      path: await savePart(host.downloadsFolder, part, write => engineOf(ref.account).download(ref, part, write)),
    }),
    'remote.fetch': async ({ url }) => {
      const { type, bytes } = await fetchRemoteImage(url, { ...(options.allowLoopbackImages && { allowLoopback: true }) })
      return { type, base64: Buffer.from(bytes).toString('base64') }
    },
    'link.open': async ({ url }) => {
      if (!/^(https?|mailto):/i.test(url)) throw new MailError('refused', 'link.forbidden')
      await host.openUrl(url)
      return null
    },
    'previews.want': async ({ ref, uids }) => {
      await engineOf(ref.account).wantPreviews(ref, uids)
      return null
    },
    'sync.now': ({ account }) => {
      for (const [id, engine] of engines) if (account === null || account === id) engine.checkNow()
      outgoing.retryNow(account)
      return null
    },
  }

  function connect({ kind, transport, restart }: Page): void {
    if (kind === 'cache') {
      cache.attach(transport).catch((error: unknown) => log('a cache page could not attach', error))
      return
    }
    let stopWatching = (): void => undefined
    let inFront: ArgOf<typeof coreCalls, 'folder.open'> | null = null
    let shown: ArgOf<typeof coreCalls, 'reader.shows'> = null
    const ofThisWindow: Pick<Handlers<typeof coreCalls>, 'app.hello' | 'folder.open' | 'reader.shows'> = {
      'app.hello': ({ draft }) => {
        if (draft === null) mains.add(peer)
        told.windowCame()
        stopWatching()
        stopWatching = watchWindow({ ping: deadlineMs => peer.call('window.ping', null, deadlineMs), stopped, now: () => performance.now() })
        return greet(draft === null)
      },
      'folder.open': folder => {
        inFront = folder
        engineOf(folder.account).openFolder(folder)
        return null
      },
      'reader.shows': message => {
        shown = message
        return null
      },
    }
    /** The window hangs: the message it shows is not shown by itself again, and it begins anew in the same place. */
    async function stopped(): Promise<void> {
      if (peer.closed) return
      log(`a window does not answer${shown ? ', while it shows a message' : ''}`)
      const show = shown ? { folder: shown.folder, uid: shown.uid } : inFront && { folder: inFront, uid: null }
      if (shown) await stoppedMessages.add(shown.message).catch((error: unknown) => log('a message that stopped a window could not be kept', error))
      if (peer.closed || !restart()) return
      if (show && mains.has(peer)) toShow.push(show)
    }
    const peer: WindowPeer = createPeer(transport, {
      ...{ serves: coreCalls, handlers: { ...handlers, ...ofThisWindow }, calls: windowCalls },
      ...{ emits: coreEvents, hears: {}, on: {} },
    })
    windows.add(peer)
    transport.onClose(() => {
      stopWatching()
      windows.delete(peer)
      mains.delete(peer)
    })
  }

  /** One main window begins the draft; where there is none yet, the next one. */
  function compose(url: string): void {
    const [main] = mains
    if (main) return main.emit('compose.open', { url })
    toCompose = url
    if (isStarted) host.focusWindow().catch((error: unknown) => log('a window for a draft could not be opened', error))
  }

  host.onMailto(compose)
  host.onPage(connect)
  host.onNetworkChange(() => {
    for (const engine of engines.values()) engine.networkChanged()
    outgoing.networkChanged()
  })
  for (const account of accounts.all) if (account.incoming.protocol === 'imap') startEngine(account)
  await outgoing.start()
  await host.openWindow({ theme: currentSettings().theme })
  isStarted = true

  return {
    compose,
    async stop() {
      garbage.dispose()
      await outgoing.stop()
      queue.dispose()
      for (const engine of engines.values()) engine.dispose()
      await host.stop()
      await options.mime.dispose()
      await journal.close()
      await told.close()
    },
  }
}
