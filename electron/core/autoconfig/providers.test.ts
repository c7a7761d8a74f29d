import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { factWords } from '../../../renderer/data/words/errors.ts'
import { discover } from './discover.ts'
import { guessServers } from './guess.ts'
import { providerOf, providers } from './providers.ts'

it('lists 25 providers, each domain once, each with encryption', () => {
  expect(providers).toHaveLength(25)
  const domains = providers.flatMap(provider => provider.domains)
  expect(new Set(domains).size).toBe(domains.length)
  for (const { name, imap, pop3, smtp, signIn, passwordPage } of providers) {
    for (const [host, port, security] of [imap, smtp, ...(pop3 ? [pop3] : [])]) {
      expect(host, name).toMatch(/^[a-z0-9.-]+\.[a-z]+$/)
      expect([993, 995, 465, 587], name).toContain(port)
      expect(security, name).not.toBe('none')
    }
    if (signIn === 'app-password') expect(passwordPage, name).toMatch(/^https:\/\//)
  }
})

const corpus = join(import.meta.dirname, '../../../../shared/corpora/autoconfig-ispdb/ispdb')
it.skipIf(!existsSync(corpus))('agrees with public settings where there are any', () => {
  const files = readdirSync(corpus).map(file => readFileSync(join(corpus, file), 'utf8'))
  let compared = 0
  for (const { name, domains, imap, smtp } of providers) {
    const known = files.find(text => text.includes(`<domain>${domains[0]}</domain>`))
    if (!known) continue
    compared++
    for (const [host] of [imap, smtp]) expect(known, `${name}: ${host}`).toContain(`<hostname>${host}</hostname>`)
  }
  expect(compared).toBeGreaterThan(15)
})

it('finds the provider whatever the case, and none for other domains', () => {
  expect(providerOf('Alice@GMail.COM')?.name).toBe('Gmail')
  expect(providerOf('alice@notgmail.com')).toBeNull()
})

it('says before the password what the provider wants', async () => {
  const gmail = await discover('alice@gmail.com', false)
  expect(gmail).toMatchObject({
    source: 'table',
    incoming: { host: 'imap.gmail.com', port: 993, security: 'tls', user: 'alice@gmail.com' },
    passwordPage: 'https://myaccount.google.com/apppasswords',
  })
  expect(gmail.advice.map(fact => factWords(fact)).join(' ')).toContain('app password')
  const outlook = await discover('alice@outlook.com', false)
  expect(outlook.advice.map(fact => factWords(fact)).join(' ')).toContain('Signing in through the browser is not there yet')
  const icloud = await discover('alice@icloud.com', false)
  expect([icloud.incoming?.user, icloud.outgoing?.user]).toEqual(['alice', 'alice@icloud.com'])
})

it('takes what the probes found, and says so', async () => {
  const incoming = { host: 'mail.example.test', port: 993, security: 'tls' as const }
  const found = await discover('alice@example.test', true, async () => ({ incoming, outgoing: null }))
  expect(found).toMatchObject({ source: 'probe', incoming: { ...incoming, user: 'alice@example.test' }, outgoing: null })
  expect(factWords(found.origin!)).toContain('mail.example.test answered')
  expect(factWords(found.origin!)).toContain('No server for outgoing mail was found')
})

it('looks for the servers of a domain beyond ASCII by its name in ASCII, which is the user name too', async () => {
  const asked: string[] = []
  const found = await discover('info@Müller.example', true, async domain => {
    asked.push(domain)
    return { incoming: { host: `imap.${domain}`, port: 993, security: 'tls' }, outgoing: null }
  })
  expect(asked).toEqual(['xn--mller-kva.example'])
  expect(found.incoming).toMatchObject({ host: 'imap.xn--mller-kva.example', user: 'info@xn--mller-kva.example' })
})

it('looks at nothing outside unless asked to', async () => {
  const found = await discover('alice@example.test', false, () => Promise.reject(new Error('the network was used')))
  expect(found).toMatchObject({ source: 'none', origin: null, incoming: null, outgoing: null })
})

it('ends with nothing, in time, where no name answers', async () => {
  const started = Date.now()
  expect(await guessServers('nowhere.invalid', { deadlineMs: 1000 })).toEqual({ incoming: null, outgoing: null })
  expect(Date.now() - started).toBeLessThan(3000)
})
