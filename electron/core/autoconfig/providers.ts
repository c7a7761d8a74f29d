/**
 * Our list of the biggest mail providers: their servers, how one signs in there, and what must be switched on in their web settings first. Looked up by the
 * domain of an address, without any network.
 */
import { domainOf } from '../../../shared/model/address.ts'
import type { Code } from '../../../shared/codes.ts'
import type { Security } from '../../../shared/model/account.ts'

type Endpoint = [host: string, port: number, security: Security]

export interface Provider {
  name: string
  domains: readonly string[]
  imap: Endpoint
  /** Null where the provider offers none. */
  pop3: Endpoint | null
  smtp: Endpoint
  /** What the user name is: the whole address, or what stands before the @. `outgoingUser` where it differs for sending. */
  user: 'address' | 'local'
  outgoingUser?: 'address' | 'local'
  /** `app-password`: the usual password is refused; `browser`: only OAuth 2 is taken. */
  signIn: 'password' | 'app-password' | 'browser'
  /** What must be switched on in the web settings: the code of a sentence. */
  switchOn?: Code
  /** Where app passwords are made. */
  passwordPage?: string
}

const tls = (host: string, port: number): Endpoint => [host, port, 'tls']
const imap = (host: string): Endpoint => tls(host, 993)
const pop3 = (host: string): Endpoint => tls(host, 995)
const smtp = (host: string): Endpoint => tls(host, 465)
const startTls = (host: string): Endpoint => [host, 587, 'starttls']

export const providers: readonly Provider[] = [
  {
    name: 'Gmail',
    domains: ['gmail.com', 'googlemail.com'],
    imap: imap('imap.gmail.com'),
    pop3: pop3('pop.gmail.com'),
    smtp: smtp('smtp.gmail.com'),
    user: 'address',
    signIn: 'app-password',
    switchOn: 'provider.gmail',
    passwordPage: 'https://myaccount.google.com/apppasswords',
  },
  {
    name: 'Outlook.com',
    domains: [
      'outlook.com',
      'hotmail.com',
      'live.com',
      'msn.com',
      'outlook.de',
      'outlook.fr',
      'hotmail.co.uk',
      'hotmail.de',
      'hotmail.fr',
      'hotmail.it',
    ],
    imap: imap('outlook.office365.com'),
    pop3: pop3('outlook.office365.com'),
    smtp: startTls('smtp-mail.outlook.com'),
    user: 'address',
    signIn: 'browser',
  },
  {
    name: 'iCloud Mail',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    imap: imap('imap.mail.me.com'),
    pop3: null,
    smtp: startTls('smtp.mail.me.com'),
    user: 'local',
    outgoingUser: 'address',
    signIn: 'app-password',
    switchOn: 'provider.icloud',
    passwordPage: 'https://account.apple.com/account/manage',
  },
  {
    name: 'Yahoo Mail',
    domains: [
      'yahoo.com',
      'yahoo.co.uk',
      'yahoo.de',
      'yahoo.fr',
      'yahoo.it',
      'yahoo.es',
      'yahoo.co.in',
      'yahoo.ca',
      'yahoo.com.br',
      'ymail.com',
      'rocketmail.com',
    ],
    imap: imap('imap.mail.yahoo.com'),
    pop3: pop3('pop.mail.yahoo.com'),
    smtp: smtp('smtp.mail.yahoo.com'),
    user: 'address',
    signIn: 'app-password',
    passwordPage: 'https://login.yahoo.com/account/security',
  },
  {
    name: 'AOL Mail',
    domains: ['aol.com', 'aim.com', 'aol.de', 'aol.co.uk'],
    imap: imap('imap.aol.com'),
    pop3: pop3('pop.aol.com'),
    smtp: smtp('smtp.aol.com'),
    user: 'address',
    signIn: 'app-password',
    passwordPage: 'https://login.aol.com/account/security',
  },
  {
    name: 'GMX',
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch'],
    imap: imap('imap.gmx.net'),
    pop3: pop3('pop.gmx.net'),
    smtp: smtp('mail.gmx.net'),
    user: 'address',
    signIn: 'password',
    switchOn: 'provider.gmx',
  },
  {
    name: 'mail.com',
    domains: ['mail.com', 'email.com', 'usa.com'],
    imap: imap('imap.mail.com'),
    pop3: pop3('pop.mail.com'),
    smtp: smtp('smtp.mail.com'),
    user: 'address',
    signIn: 'password',
    switchOn: 'provider.mailcom',
  },
  {
    name: 'WEB.DE',
    domains: ['web.de'],
    imap: imap('imap.web.de'),
    pop3: pop3('pop3.web.de'),
    smtp: smtp('smtp.web.de'),
    user: 'local',
    signIn: 'password',
    switchOn: 'provider.webde',
  },
  {
    name: 'Telekom Mail',
    domains: ['t-online.de', 'magenta.de'],
    imap: imap('secureimap.t-online.de'),
    pop3: pop3('securepop.t-online.de'),
    smtp: smtp('securesmtp.t-online.de'),
    user: 'address',
    signIn: 'password',
    switchOn: 'provider.telekom',
  },
  {
    name: 'Mail.ru',
    domains: ['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru'],
    imap: imap('imap.mail.ru'),
    pop3: pop3('pop.mail.ru'),
    smtp: smtp('smtp.mail.ru'),
    user: 'address',
    signIn: 'app-password',
    passwordPage: 'https://account.mail.ru/user/2-step-auth/passwords',
  },
  {
    name: 'Yandex Mail',
    domains: ['yandex.ru', 'yandex.com', 'ya.ru', 'yandex.by', 'yandex.kz'],
    imap: imap('imap.yandex.com'),
    pop3: pop3('pop.yandex.com'),
    smtp: smtp('smtp.yandex.com'),
    user: 'address',
    signIn: 'app-password',
    switchOn: 'provider.yandex',
    passwordPage: 'https://id.yandex.com/security/app-passwords',
  },
  {
    name: 'Zoho Mail',
    domains: ['zoho.com', 'zohomail.com'],
    imap: imap('imap.zoho.com'),
    pop3: pop3('pop.zoho.com'),
    smtp: smtp('smtp.zoho.com'),
    user: 'address',
    signIn: 'password',
    switchOn: 'provider.zoho',
    passwordPage: 'https://accounts.zoho.com/home#security/app_password',
  },
  {
    name: 'Fastmail',
    domains: ['fastmail.com', 'fastmail.fm', 'fastmail.net', 'sent.com'],
    imap: imap('imap.fastmail.com'),
    pop3: pop3('pop.fastmail.com'),
    smtp: smtp('smtp.fastmail.com'),
    user: 'address',
    signIn: 'app-password',
    passwordPage: 'https://app.fastmail.com/settings/security/apps',
  },
  {
    name: 'QQ Mail',
    domains: ['qq.com', 'foxmail.com'],
    imap: imap('imap.qq.com'),
    pop3: pop3('pop.qq.com'),
    smtp: smtp('smtp.qq.com'),
    user: 'address',
    signIn: 'app-password',
    switchOn: 'provider.qq',
    passwordPage: 'https://mail.qq.com',
  },
  {
    name: 'NetEase 163',
    domains: ['163.com'],
    imap: imap('imap.163.com'),
    pop3: pop3('pop.163.com'),
    smtp: smtp('smtp.163.com'),
    user: 'address',
    signIn: 'app-password',
    switchOn: 'provider.netease',
    passwordPage: 'https://mail.163.com',
  },
  {
    name: 'Naver Mail',
    domains: ['naver.com'],
    imap: imap('imap.naver.com'),
    pop3: pop3('pop.naver.com'),
    smtp: smtp('smtp.naver.com'),
    user: 'address',
    signIn: 'password',
    switchOn: 'provider.naver',
  },
  {
    name: 'Free',
    domains: ['free.fr'],
    imap: imap('imap.free.fr'),
    pop3: pop3('pop.free.fr'),
    smtp: smtp('smtp.free.fr'),
    user: 'local',
    signIn: 'password',
  },
  {
    name: 'Orange',
    domains: ['orange.fr', 'wanadoo.fr'],
    imap: imap('imap.orange.fr'),
    pop3: pop3('pop.orange.fr'),
    smtp: smtp('smtp.orange.fr'),
    user: 'address',
    signIn: 'password',
  },
  {
    name: 'Libero Mail',
    domains: ['libero.it'],
    imap: imap('imapmail.libero.it'),
    pop3: pop3('popmail.libero.it'),
    smtp: smtp('smtp.libero.it'),
    user: 'address',
    signIn: 'password',
    switchOn: 'provider.libero',
  },
  {
    name: 'Xfinity',
    domains: ['comcast.net'],
    imap: imap('imap.comcast.net'),
    pop3: pop3('mail.comcast.net'),
    smtp: smtp('smtp.comcast.net'),
    user: 'address',
    signIn: 'password',
    switchOn: 'provider.xfinity',
  },
  {
    name: 'mailbox.org',
    domains: ['mailbox.org'],
    imap: imap('imap.mailbox.org'),
    pop3: pop3('pop3.mailbox.org'),
    smtp: smtp('smtp.mailbox.org'),
    user: 'address',
    signIn: 'password',
  },
  {
    name: 'Posteo',
    domains: ['posteo.de', 'posteo.net'],
    imap: imap('posteo.de'),
    pop3: pop3('posteo.de'),
    smtp: smtp('posteo.de'),
    user: 'address',
    signIn: 'password',
  },
  {
    name: 'Seznam Email',
    domains: ['seznam.cz', 'email.cz', 'post.cz'],
    imap: imap('imap.seznam.cz'),
    pop3: pop3('pop3.seznam.cz'),
    smtp: smtp('smtp.seznam.cz'),
    user: 'address',
    signIn: 'password',
    switchOn: 'provider.seznam',
  },
  {
    name: 'WP Poczta',
    domains: ['wp.pl'],
    imap: imap('imap.wp.pl'),
    pop3: pop3('pop3.wp.pl'),
    smtp: smtp('smtp.wp.pl'),
    user: 'local',
    signIn: 'password',
    switchOn: 'provider.wp',
  },
  {
    name: 'o2',
    domains: ['o2.pl', 'tlen.pl'],
    imap: imap('poczta.o2.pl'),
    pop3: pop3('poczta.o2.pl'),
    smtp: smtp('poczta.o2.pl'),
    user: 'local',
    signIn: 'password',
    switchOn: 'provider.o2',
  },
]

const byDomain = new Map(providers.flatMap(provider => provider.domains.map(domain => [domain, provider] as const)))

/** The provider of an address, or null where its domain is not in our list. */
export function providerOf(email: string): Provider | null {
  return byDomain.get(domainOf(email)) ?? null
}
