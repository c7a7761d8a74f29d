/** What is suggested for an address: from our list of providers, else from the usual names of its domain that answer. */
import type { Fact } from '../../../shared/errors.ts'
import { domainOf, toEnvelopeAddress } from '../../../shared/model/address.ts'
import type { SuggestedServer, Suggestion } from '../../../shared/model/account-setup.ts'
import { guessServers, type Guess } from './guess.ts'
import { providerOf, type Provider } from './providers.ts'

function adviceOf({ name, signIn, switchOn }: Provider): Fact[] {
  const kind = ({ password: null, 'app-password': 'provider.appPassword', browser: 'provider.browser' } as const)[signIn]
  return [kind, switchOn].filter(code => code != null).map(code => ({ code, params: { provider: name } }))
}

function fromTable(provider: Provider, email: string): Suggestion {
  const userName = (kind: Provider['user']): string => (kind === 'local' ? email.slice(0, email.lastIndexOf('@')) : email)
  const at = ([host, port, security]: Provider['imap'], kind: Provider['user']): SuggestedServer => ({ host, port, security, user: userName(kind) })
  return {
    source: 'table',
    origin: { code: 'origin.table', params: { provider: provider.name } },
    incoming: at(provider.imap, provider.user),
    outgoing: at(provider.smtp, provider.outgoingUser ?? provider.user),
    advice: adviceOf(provider),
    passwordPage: provider.passwordPage ?? null,
  }
}

function originOf(domain: string, { incoming, outgoing }: Guess): Fact {
  const [host, other] = new Set([incoming, outgoing].filter(server => server !== null).map(found => found.host))
  if (host === undefined) return { code: 'origin.nothing', params: { domain } }
  if (incoming === null) return { code: 'origin.noIncoming', params: { domain, host } }
  if (outgoing === null) return { code: 'origin.noOutgoing', params: { domain, host } }
  return other === undefined ? { code: 'origin.one', params: { domain, host } } : { code: 'origin.two', params: { domain, host, other } }
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
    origin: probe ? originOf(domain, found) : null,
    incoming: found.incoming && { ...found.incoming, user: email },
    outgoing: found.outgoing && { ...found.outgoing, user: email },
    advice: [],
    passwordPage: null,
  }
}
