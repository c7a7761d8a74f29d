/**
 * What Chromium may load: the built files of the program under one made-up origin, answered from disk through `Fetch` interception. Everything else is refused
 * before it becomes a request. The origin never changes: another origin would be another, empty cache.
 */
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { Cdp } from './cdp.ts'
import type { CdpEvents } from './protocol.ts'

export const origin = 'https://app.pillarbox.localhost'

/** Holds for the program's pages, and is inherited by the `srcdoc` frames that show messages, which narrow it further. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self' about:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
}

export function contentTypeOf(path: string): string {
  return contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
}

/** The file in `folder` that `url` names, or null where it names nothing of ours: another origin, or a path that would leave the folder. */
export function fileOf(url: string, folder: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || parsed.origin !== origin || parsed.username || parsed.password) return null
  let path: string
  try {
    path = decodeURIComponent(parsed.pathname)
  } catch {
    return null // a malformed escape names no file
  }
  if (/[\\\0:]/.test(path) || path.split('/').includes('..')) return null
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : null
}

const emptyCodes = new Set(['ENOENT', 'EISDIR', 'ENOTDIR'])

/** Answers one intercepted request. Rejects where Chromium no longer wants the answer (the page has gone). */
export async function answerRequest(cdp: Cdp, sessionId: string, paused: CdpEvents['Fetch.requestPaused'], folder: string): Promise<void> {
  const { requestId, request } = paused
  const file = request.method === 'GET' || request.method === 'HEAD' ? fileOf(request.url, folder) : null
  if (!file) {
    await cdp.call('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }, sessionId)
    return
  }
  let responseCode = 200
  let bytes = Buffer.alloc(0)
  try {
    bytes = await readFile(file)
  } catch (error) {
    responseCode = emptyCodes.has((error as NodeJS.ErrnoException).code ?? '') ? 404 : 500
  }
  const headers = {
    'content-type': responseCode === 200 ? contentTypeOf(file) : 'text/plain; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
  const responseHeaders = Object.entries(headers).map(([name, value]) => ({ name, value }))
  await cdp.call('Fetch.fulfillRequest', { requestId, responseCode, responseHeaders, body: bytes.toString('base64') }, sessionId)
}
