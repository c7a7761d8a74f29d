/**
 * A private Dovecot 2.3 on free loopback ports, with its mail, logs and certificates in a scratch folder. Any user name exists, with one password. It
 * runs as root (mail belongs to "nobody") or as an ordinary user.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { createCertificates } from './certificates.ts'

/** A text of its own, so that tests can look whether it was written anywhere. */
export const password = 'Marker-Passw0rd-9413'

/** What Dovecot 2.3 offers after login; taken from its default `imap_capability`. */
const capabilities =
  'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY SPECIAL-USE'

export interface DovecotOptions {
  /** Capabilities the server shall not have, such as CONDSTORE and QRESYNC, MOVE, UIDPLUS. */
  without?: readonly string[]
  /** A server for outgoing mail shall deliver here: LMTP and a socket that checks passwords. Domains of addresses are left out of user names. */
  delivery?: boolean
}

const startDeadlineMs = 15_000
const specialUse = { Drafts: '\\Drafts', Sent: '\\Sent', Archive: '\\Archive', Junk: '\\Junk', Trash: '\\Trash' }

/** Path of a program of Dovecot's, which some systems keep out of PATH; null where it is not installed. */
export function programPath(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/bin']
  return folders.map(folder => join(folder, name)).find(path => existsSync(path)) ?? null
}

/** Dovecot's part that takes deliveries comes apart. */
const lmtpProgram = '/usr/lib/dovecot/lmtp'

/** A sentence where Dovecot cannot take deliveries; otherwise null. */
export function whyNoDelivery(): string | null {
  return whyNoDovecot() ?? (existsSync(lmtpProgram) ? null : 'Dovecot has no LMTP here (Debian package dovecot-lmtpd)')
}

/** A sentence where Dovecot is not installed, for the reason of a skipped test; otherwise null. */
export function whyNoDovecot(): string | null {
  return programPath('dovecot') ? null : 'Dovecot is not installed (Debian package dovecot-imapd)'
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    ports.push((server.address() as AddressInfo).port)
  }
  for (const server of servers) await new Promise(resolve => server.close(resolve))
  return ports
}

export function canConnect(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const answer = (open: boolean) => () => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', answer(true)).once('error', answer(false))
  })
}

/** Ends what is left of a server that was started as a process group of its own. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // nothing is left
  }
}

export class Dovecot {
  private child: ChildProcess | null = null

  private constructor(
    /** Everything of this server is in here. */
    readonly folder: string,
    /** Plain text with STARTTLS. */
    readonly imapPort: number,
    /** TLS from the first byte. */
    readonly imapsPort: number,
    private readonly owner: { uid: number; gid: number },
  ) {}

  /** Creates and starts a server. Throws with its log where it does not come up within 15 s. */
  static async create(options: DovecotOptions = {}): Promise<Dovecot> {
    const missing = whyNoDovecot()
    if (missing) throw new Error(missing)
    // a short path: unix sockets bear 107 bytes
    const folder = await mkdtemp(join(tmpdir(), 'pbx-'))
    const [imap, imaps] = await freePorts(2)
    const user = userInfo()
    const owner = user.uid === 0 ? { uid: 65534, gid: 65534 } : { uid: user.uid, gid: user.gid }
    const server = new Dovecot(folder, imap!, imaps!, owner)
    await server.write(options, user.uid === 0 ? null : user.username)
    await server.start()
    return server
  }

  /** File of the authority that signed the server's certificate, for NODE_EXTRA_CA_CERTS. */
  get authorityFile(): string {
    return join(this.folder, 'authority.pem')
  }

  /** Takes deliveries (LMTP), with the option `delivery`. */
  get lmtpSocket(): string {
    return join(this.folder, 'run', 'lmtp')
  }

  /** Checks passwords for another server, with the option `delivery`. */
  get authSocket(): string {
    return join(this.folder, 'run', 'auth-outgoing')
  }

  /** Starts again, on the same ports and mail. */
  async start(): Promise<void> {
    const child = spawn(programPath('dovecot')!, ['-F', '-c', join(this.folder, 'dovecot.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    this.child = child
    let words = ''
    child.stderr.on('data', chunk => (words += String(chunk)))
    const deadline = Date.now() + startDeadlineMs
    while (!((await canConnect(this.imapPort)) && (await canConnect(this.imapsPort)))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`Dovecot did not start. ${words}${await this.log()}`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  /** Ends the server and all its sessions; mail stays. */
  async stop(): Promise<void> {
    const child = this.child
    this.child = null
    if (!child || child.exitCode !== null) return
    const exited = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await exited
    clearTimeout(force)
    endGroup(child.pid!) // sessions that outlive their master would go on serving
  }

  /** Goes on with a certificate of another authority, which nobody was told to trust. */
  async renewCertificate(): Promise<void> {
    await this.stop()
    const { certificate, key } = createCertificates()
    await writeFile(join(this.folder, 'server.pem'), certificate)
    await writeFile(join(this.folder, 'server.key'), key, { mode: 0o600 })
    await this.start()
  }

  /** Ends the server and removes everything of it. */
  async dispose(): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Runs doveadm; answers its output. Throws with what it says where it fails. */
  doveadm(args: readonly string[], input: string | Uint8Array = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(programPath('doveadm')!, ['-c', join(this.folder, 'dovecot.conf'), ...args])
      let output = ''
      let words = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
      child.once('error', reject)
      child.once('close', code =>
        code === 0 ? resolve(output) : reject(new Error(`doveadm ${args.join(' ')}: ${words.trim() || `exit code ${code}`}`)),
      )
      child.stdin.on('error', () => child.stdin.destroy()) // doveadm that reads nothing
      child.stdin.end(input)
    })
  }

  /** Puts a message into a folder, as a delivery does: other sessions are told. The folder is created where absent. */
  async deliver(user: string, folder: string, message: string | Uint8Array): Promise<void> {
    if (folder !== 'INBOX' && !(folder in specialUse)) await this.createFolder(user, folder)
    const text = typeof message === 'string' ? message.replace(/\r?\n/g, '\r\n') : message
    await this.doveadm(['save', '-u', user, '-m', folder], text)
  }

  async createFolder(user: string, folder: string): Promise<void> {
    const known = (await this.doveadm(['mailbox', 'list', '-u', user])).split('\n')
    if (!known.includes(folder)) await this.doveadm(['mailbox', 'create', '-s', '-u', user, folder])
  }

  /**
   * Puts many messages into INBOX or a folder as files of its Maildir, before the first login or while nobody looks. `flags` are Maildir messages (S seen,
   * R answered, F flagged, T deleted, D draft); `date` becomes INTERNALDATE.
   */
  async seed(user: string, folder: string, messages: Iterable<{ raw: string | Uint8Array; flags?: string; date?: Date }>): Promise<void> {
    if (folder !== 'INBOX') await this.createFolder(user, folder)
    const maildir = this.maildir(user, folder)
    for (const part of ['cur', 'new', 'tmp']) await mkdir(join(maildir, part), { recursive: true })
    let count = 0
    for (const { raw, flags = '', date = new Date() } of messages) {
      const seconds = Math.floor(date.getTime() / 1000)
      const file = join(maildir, 'cur', `${seconds}.M${String(++count).padStart(7, '0')}P1.seed:2,${[...flags].sort().join('')}`)
      await writeFile(file, raw)
      await utimes(file, seconds, seconds)
    }
    await this.giveAway(join(this.folder, 'mail', user))
  }

  /** The Maildir of a folder. */
  maildir(user: string, folder: string): string {
    const base = join(this.folder, 'mail', user, 'Maildir')
    return folder === 'INBOX' ? base : join(base, `.${folder.replaceAll('/', '.')}`)
  }

  /** What the server holds, in order of UID. Flags as IMAP writes them. */
  async flags(user: string, folder: string): Promise<{ uid: number; flags: string[] }[]> {
    const output = await this.doveadm(['-f', 'tab', 'fetch', '-u', user, 'uid flags', 'mailbox', folder, 'all'])
    return output
      .split('\n')
      .slice(1)
      .filter(Boolean)
      .map(line => line.split('\t'))
      .map(([uid, flags]) => ({ uid: Number(uid), flags: (flags ?? '').split(' ').filter(flag => flag !== '' && flag !== '\\Recent') }))
      .sort((a, b) => a.uid - b.uid)
  }

  /** Sets or removes flags of one message as another client would. */
  async setFlag(user: string, folder: string, uid: number, how: 'add' | 'remove', flag: string): Promise<void> {
    await this.doveadm(['flags', how, '-u', user, flag, 'mailbox', folder, 'uid', String(uid)])
  }

  /** Removes one message as another client would. */
  async expunge(user: string, folder: string, uid: number): Promise<void> {
    await this.doveadm(['expunge', '-u', user, 'mailbox', folder, 'uid', String(uid)])
  }

  /** What the server wrote to its log. */
  async log(): Promise<string> {
    const file = join(this.folder, 'log')
    return existsSync(file) ? readFile(file, 'utf8') : ''
  }

  private async giveAway(path: string): Promise<void> {
    if (process.getuid?.() !== 0) return
    await chown(path, this.owner.uid, this.owner.gid)
    for (const entry of await readdir(path, { withFileTypes: true, recursive: true }))
      await chown(join(entry.parentPath, entry.name), this.owner.uid, this.owner.gid)
  }

  private async write({ without = [], delivery = false }: DovecotOptions, unprivilegedUser: string | null): Promise<void> {
    const { authority, certificate, key } = createCertificates()
    const at = (name: string) => join(this.folder, name)
    await chmod(this.folder, 0o755)
    await writeFile(at('authority.pem'), authority)
    await writeFile(at('server.pem'), certificate)
    await writeFile(at('server.key'), key, { mode: 0o600 })
    await mkdir(at('mail'))
    if (!unprivilegedUser) await chown(at('mail'), this.owner.uid, this.owner.gid)
    const { uid, gid } = this.owner
    const lines = [
      `base_dir = ${at('run')}`,
      `state_dir = ${at('state')}`,
      `log_path = ${at('log')}`,
      `protocols = imap${delivery ? ' lmtp' : ''}`,
      'listen = 127.0.0.1',
      'ssl = yes',
      `ssl_cert = <${at('server.pem')}`,
      `ssl_key = <${at('server.key')}`,
      'disable_plaintext_auth = no',
      'auth_mechanisms = plain login',
      'mail_max_userip_connections = 100',
      'default_vsz_limit = 2G',
      'mail_location = maildir:~/Maildir',
      `mail_uid = ${uid}`,
      `mail_gid = ${gid}`,
      'first_valid_uid = 1',
      'first_valid_gid = 1',
      'mail_fsync = never',
      `imap_capability = ${capabilities
        .split(' ')
        .filter(name => !without.includes(name))
        .join(' ')}`,
      `passdb {\n  driver = static\n  args = password=${password}\n}`,
      `userdb {\n  driver = static\n  args = uid=${uid} gid=${gid} home=${at('mail')}/%u allow_all_users=yes\n}`,
      `namespace inbox {\n  inbox = yes\n  separator = /\n${Object.entries(specialUse)
        .map(([name, use]) => `  mailbox ${name} {\n    auto = subscribe\n    special_use = ${use}\n  }\n`)
        .join('')}}`,
      `service imap-login {\n  ${unprivilegedUser ? 'chroot =\n  ' : ''}inet_listener imap {\n    port = ${this.imapPort}\n  }\n  inet_listener imaps {\n    port = ${this.imapsPort}\n    ssl = yes\n  }\n}`,
      ...(delivery
        ? [
            'auth_username_format = %Ln',
            'postmaster_address = postmaster@example.test',
            'service lmtp {\n  unix_listener lmtp {\n    mode = 0666\n  }\n}',
            'service auth {\n  unix_listener auth-outgoing {\n    mode = 0666\n  }\n}',
          ]
        : []),
      ...(unprivilegedUser
        ? [
            `default_internal_user = ${unprivilegedUser}`,
            `default_login_user = ${unprivilegedUser}`,
            `default_internal_group =`,
            'service anvil {\n  chroot =\n}',
          ]
        : []),
    ]
    await writeFile(at('dovecot.conf'), lines.join('\n') + '\n')
  }
}
