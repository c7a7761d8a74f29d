/**
 * Pictures of a message as blob: addresses by number. Those in the message itself come from the cache (fetched by the core where they are missing); remote ones
 * only after the user asked, one by one through the core. Only what its bytes say is a raster picture.
 */
import type Dexie from 'dexie'
import { useEffect, useRef, useState } from 'react'
import type { Body, MessageId, MessageRef, Part } from '../../../shared/model/message.ts'
import { mayBePicture, pictureTypeOf } from '../../../shared/model/picture-type.ts'
import type { Core } from '../../data/core.ts'
import { useParts } from '../../data/text/use-message.ts'
import type { Picture } from './sanitise.ts'
import { bareContentId } from '../../data/text/urls.ts'

export interface Pictures {
  urls: ReadonlyMap<number, string>
  remote: { addresses: string[]; state: 'blocked' | 'loading' | 'done'; failed: number }
  load(): void
  /** Parts that are named as pictures and cannot be drawn: files, as attachments are. */
  files: Part[]
}

const atOnce = 6
const deadlineMs = 45_000

/** Under the type that its bytes say; null where it is no picture that may be drawn. */
function pictureOf(bytes: Uint8Array<ArrayBuffer>): Blob | null {
  const type = pictureTypeOf(bytes)
  return type === null ? null : new Blob([bytes], { type })
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), char => char.charCodeAt(0))
}

/** Remote images, once allowed. `done` is called for each. */
async function fetchAll(core: Core, wanted: [number, string][], done: (number: number, blob: Blob | null) => void): Promise<void> {
  const queue = [...wanted]
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [number, url] = next
      try {
        const { base64 } = await core.call('remote.fetch', { url }, deadlineMs)
        done(number, pictureOf(bytesOf(base64)))
      } catch {
        done(number, null) // counted as failed and told in the banner
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

interface PicturesNeeds {
  core: Core
  database: Dexie | null
  message: MessageId
  ref: MessageRef | null
  body: Body
  pictures: Picture[]
}

export function usePictures({ core, database, message, ref, body, pictures }: PicturesNeeds): Pictures {
  const [remoteUrls, setRemoteUrls] = useState<ReadonlyMap<number, string>>(new Map())
  const [state, setState] = useState<Pictures['remote']['state']>('blocked')
  const [failed, setFailed] = useState(0)
  const inline = useInlineUrls(database, message, pictures)
  useMissingParts(core, message, ref, body, pictures, inline.missing)

  // all addresses made here, for as long as the card is there; null after it went
  const made = useRef<string[] | null>(null)
  useEffect(() => {
    const urls: string[] = (made.current = [])
    return () => {
      made.current = null
      urls.forEach(url => URL.revokeObjectURL(url))
    }
  }, [])

  const remote = pictures.flatMap((picture, number): [number, string][] => (picture.kind === 'remote' ? [[number, picture.address]] : []))
  function load(): void {
    if (state !== 'blocked') return
    setState('loading')
    void fetchAll(core, remote, (number, blob) => {
      if (!made.current) return // the card is gone
      if (blob) {
        const url = URL.createObjectURL(blob)
        made.current.push(url)
        setRemoteUrls(urls => new Map([...urls, [number, url]]))
      } else setFailed(count => count + 1)
    }).then(() => setState('done'))
  }

  // a body that was kept by an older version has its SVG among the pictures
  const files = body.inline.filter(({ type, part }) => !mayBePicture(type) || inline.undrawn.has(part))

  return { urls: new Map([...inline.urls, ...remoteUrls]), remote: { addresses: remote.map(([, url]) => url), state, failed }, load, files }
}

/** Inline pictures that are in the cache; `undrawn` are parts that turn out to be none; `missing` names the others, null before the cache was asked. */
function useInlineUrls(
  database: Dexie | null,
  message: MessageId,
  pictures: Picture[],
): { urls: ReadonlyMap<number, string>; undrawn: ReadonlySet<string>; missing: string | null } {
  const parts = useParts(database, message)
  const [urls, setUrls] = useState<ReadonlyMap<number, string>>(new Map())
  useEffect(() => {
    if (!parts) return
    const found = new Map<number, string>()
    pictures.forEach((picture, number) => {
      const part = parts.find(({ info }) => info.contentId && picture.kind === 'cid' && bareContentId(info.contentId) === picture.address)
      const blob = part && pictureOf(part.bytes as Uint8Array<ArrayBuffer>)
      if (blob) found.set(number, URL.createObjectURL(blob))
    })
    setUrls(found)
    return () => found.forEach(url => URL.revokeObjectURL(url))
  }, [parts, pictures])
  const here = new Set(parts?.map(({ info }) => bareContentId(info.contentId ?? '')))
  const undrawn = new Set(parts?.filter(({ bytes }) => pictureTypeOf(bytes) === null).map(({ info }) => info.part))
  const missing = pictures.filter(picture => picture.kind === 'cid' && !here.has(picture.address)).map(picture => picture.address)
  return { urls, undrawn, missing: parts ? missing.join('\n') : null }
}

/** Asks the core once for inline pictures the cache lacks; the live query brings them. */
function useMissingParts(core: Core, message: MessageId, ref: MessageRef | null, body: Body, pictures: Picture[], missing: string | null): void {
  useEffect(() => {
    if (!missing || !ref) return
    const wanted = missing.split('\n')
    const parts = [...body.inline, ...body.attachments].filter(
      part => part.contentId && mayBePicture(part.type) && wanted.includes(bareContentId(part.contentId)),
    )
    if (parts.length === 0) return
    core.call('parts.fetch', { message, ref, parts: parts.slice(0, 200) }).catch(() => undefined) // the place says that the picture is not loaded
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each set of missing parts
  }, [missing, ref, message, pictures])
}
