/** Tries the usual server names of a domain, all at once and over TLS with a verified certificate. Nothing but a greeting is exchanged. */
import type { SuggestedServer } from '../../../shared/model/account-setup.ts'
import { greetingOverTls, offersStartTls } from './reach.ts'

type Found = Omit<SuggestedServer, 'user'>
export interface Guess {
  incoming: Found | null
  outgoing: Found | null
}

/** The first that answers in the order of `candidates`, which is an order of preference. */
async function firstOf(candidates: { endpoint: Found; answers: Promise<boolean> }[]): Promise<Found | null> {
  for (const { endpoint, answers } of candidates) if (await answers) return endpoint
  return null
}

const greets = (greeting: RegExp) => async (host: string, port: number, deadlineMs: number) =>
  greeting.test(await greetingOverTls(host, port, deadlineMs).catch(() => '')) // does not answer: not this one

const speaksImap = greets(/^\* (OK|PREAUTH)/)
const speaksSmtp = greets(/^220/)

export interface GuessOptions {
  deadlineMs?: number
  /** Other ports in tests. */
  ports?: { imaps: number; smtps: number; submission: number }
}

export async function guessServers(
  domain: string,
  { deadlineMs = 4000, ports = { imaps: 993, smtps: 465, submission: 587 } }: GuessOptions = {},
): Promise<Guess> {
  const named = (prefixes: string[]): string[] => prefixes.map(prefix => `${prefix}.${domain}`)
  const incoming = named(['imap', 'mail']).map(host => ({
    endpoint: { host, port: ports.imaps, security: 'tls' as const },
    answers: speaksImap(host, ports.imaps, deadlineMs),
  }))
  const names = named(['smtp', 'mail'])
  const outgoing = [
    ...names.map(host => ({
      endpoint: { host, port: ports.smtps, security: 'tls' as const },
      answers: speaksSmtp(host, ports.smtps, deadlineMs),
    })),
    ...names.map(host => ({
      endpoint: { host, port: ports.submission, security: 'starttls' as const },
      answers: offersStartTls('smtp', host, ports.submission, deadlineMs).catch(() => false),
    })),
  ]
  const [first, second] = await Promise.all([firstOf(incoming), firstOf(outgoing)])
  return { incoming: first, outgoing: second }
}
