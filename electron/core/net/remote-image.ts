/**
 * Fetches one remote image of a message the user allowed (law 8): http and https only, no cookies, referrer or Accept-Language, at most five redirects,
 * bounds on size and time, and never an address of this computer or the private network, checked at the moment of connecting.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { MailError } from '../../../shared/errors.ts'
import { mayBePicture, pictureTypeOf } from '../../../shared/model/picture-type.ts'

export interface RemoteImage {
  /** As its bytes say. */
  type: string
  bytes: Uint8Array
}

export interface RemoteOptions {
  /** Tests only: pictures may come from loopback. */
  allowLoopback?: boolean
  timeoutMs?: number
  /** Bytes. */
  limit?: number
}

const mostRedirects = 5

const inner = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['2001::', 32],
  ['2002::', 16],
] as const)
  inner.addSubnet(network, prefix, 'ipv6')
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** True where the address belongs to this computer or to a network that is not the public one. IPv4 inside IPv6 is judged as IPv4. */
export function isInner(address: string, allowLoopback = false): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  if (family === 'ipv6' && /^::ffff:/i.test(plain)) return true
  if (loopback.check(plain, family)) return !allowLoopback
  return inner.check(plain, family)
}

function guardedLookup(allowLoopback: boolean): LookupFunction {
  return (host, options, callback) => {
    systemLookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0)
      const open = addresses.filter(({ address }) => !isInner(address, allowLoopback))
      if (open.length === 0) return callback(new MailError('refused', 'image.private'), '', 0)
      if (options.all) (callback as unknown as (error: null, addresses: LookupAddress[]) => void)(null, open)
      else callback(null, open[0]!.address, open[0]!.family)
    })
  }
}

function request(url: URL, options: Required<RemoteOptions>, signal: AbortSignal): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new MailError('refused', 'image.notWeb')
  if (url.username || url.password) throw new MailError('refused', 'image.password')
  if (isIP(host) && isInner(host, options.allowLoopback)) throw new MailError('refused', 'image.private')
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getHttps : getHttp
    const headers = { accept: 'image/*', 'user-agent': 'Mozilla/5.0', 'accept-encoding': 'identity' }
    get(url, { headers, agent: false, lookup: guardedLookup(options.allowLoopback), signal }, resolve).once('error', reject)
  })
}

async function read(response: IncomingMessage, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > limit) throw new MailError('limit', 'image.tooLarge')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function fetchRemoteImage(address: string, given: RemoteOptions = {}): Promise<RemoteImage> {
  const options = { allowLoopback: false, timeoutMs: 15_000, limit: 10 << 20, ...given }
  const signal = AbortSignal.timeout(options.timeoutMs)
  try {
    let url = new URL(address)
    for (let hop = 0; hop <= mostRedirects; hop++) {
      const response = await request(url, options, signal)
      const { statusCode = 0, headers } = response
      if (statusCode >= 300 && statusCode < 400 && headers.location) {
        response.destroy()
        url = new URL(headers.location, url)
        continue
      }
      if (statusCode !== 200 || !mayBePicture(headers['content-type']?.split(';')[0]?.trim() ?? '')) {
        response.destroy()
        throw new MailError('refused', statusCode === 200 ? 'image.none' : 'image.missing', { status: statusCode ?? 0 })
      }
      const bytes = await read(response, options.limit)
      const type = pictureTypeOf(bytes)
      if (type === null) throw new MailError('refused', 'image.none')
      return { type, bytes }
    }
    throw new MailError('refused', 'image.circle')
  } catch (error) {
    if (error instanceof MailError) throw error
    if (signal.aborted) throw new MailError('timeout', 'image.late')
    if (error instanceof TypeError) throw new MailError('refused', 'image.address')
    throw new MailError('offline', 'image.offline', {}, { serverText: error instanceof Error ? error.message : undefined })
  }
}
