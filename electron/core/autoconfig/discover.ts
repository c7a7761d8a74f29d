/** What is suggested for an address: from our list of providers, else from the usual names of its domain that answer. */
import { domainOf, toEnvelopeAddress } from '../../../shared/model/address.ts'
import type { SuggestedServer, Suggestion } from '../../../shared/model/account-setup.ts'
import { guessServers, type Guess } from './guess.ts'
import { providerOf, type Provider } from './providers.ts'

function adviceOf({ name, signIn, switchOn }: Provider): string[] {
  const kind = {
    password: null,
    'app-password': `${name} refuses your usual password here: it wants an app password, made for one program.`,
    browser: `${name} lets you sign in through the browser only. Signing in through the browser is not there yet, so ${name} will refuse the password.`,
  }[signIn]
  return [kind, switchOn].filter(line => line != null)
}

function fromTable(provider: Provider, email: string): Suggestion {
  const userName = (kind: Provider['user']): string => (kind === 'local' ? email.slice(0, email.lastIndexOf('@')) : email)
  const at = ([host, port, security]: Provider['imap'], kind: Provider['user']): SuggestedServer => ({ host, port, security, user: userName(kind) })
  return {
    source: 'table',
    origin: `These are the servers of ${provider.name}, from Pillarbox’s list of providers.`,
    incoming: at(provider.imap, provider.user),
    outgoing: at(provider.smtp, provider.outgoingUser ?? provider.user),
    advice: adviceOf(provider),
    passwordPage: provider.passwordPage ?? null,
  }
}

function originOf(domain: string, { incoming, outgoing }: Guess): string {
  const found = [incoming, outgoing].filter(server => server !== null).map(({ host }) => host)
  if (found.length === 0) return `None of the usual server names of ${domain} answers. Your provider or administrator can tell you the right ones.`
  const lacking = incoming === null ? ' No server for incoming mail was found.' : outgoing === null ? ' No server for outgoing mail was found.' : ''
  return `Found by trying the usual names of ${domain}: ${[...new Set(found)].join(' and ')} answered. Nothing of yours was sent.${lacking}`
}

/** Looks into the list; with `probe`, and where the list knows nothing, tries names over the network. Ends within 5 s. */
export async function discover(typed: string, probe: boolean, guess: (domain: string) => Promise<Guess> = guessServers): Promise<Suggestion> {
  const email = toEnvelopeAddress(typed) ?? typed // servers keep their users' names in ASCII
  const provider = providerOf(email)
  if (provider) return fromTable(provider, email)
  const domain = domainOf(email)
  const found = probe ? await guess(domain) : { incoming: null, outgoing: null }
  return {
    source: found.incoming || found.outgoing ? 'probe' : 'none',
    origin: probe ? originOf(domain, found) : '',
    incoming: found.incoming && { ...found.incoming, user: email },
    outgoing: found.outgoing && { ...found.outgoing, user: email },
    advice: [],
    passwordPage: null,
  }
}
