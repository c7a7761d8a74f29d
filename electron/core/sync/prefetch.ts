/**
 * Fetches what will be wanted when there is nothing better to do: snippets and structures of the newest messages of each folder, and the newest bodies of Inbox and of the
 * open folder, for reading offline. One chunk a step, so that anything urgent waits for a chunk at most; what the cache lacks is asked once a folder, not once a chunk.
 */
import { isTransient } from '../../../shared/errors.ts'
import { fromUids, uidsOf } from '../../../shared/ranges.ts'
import type { CachePort } from '../cache/port.ts'
import { keyOf } from '../../../shared/model/folder.ts'
import { fetchBodies, fetchPreviews } from './bodies.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Log } from '../log.ts'
import type { Mime } from '../mime/mime.ts'
import type { FolderState } from './work.ts'

export interface PrefetchOptions {
  mime: Mime
  log: Log
  /** Runs work on the connection that syncs. */
  run<T>(work: (session: MailStore) => Promise<T>): Promise<T>
}

/** Where to fetch: folders in the order of their importance. `bodiesToo` names those whose bodies are kept. */
export interface PrefetchPlan {
  port: CachePort
  folders: FolderState[]
  bodiesToo: ReadonlySet<string>
}

const previewsPrefetched = 5000
const previewChunk = 250
const bodiesPrefetched = 500
const bodyChunk = 25
/** Of bodies in one chunk: half a minute on a slow line. */
const bodyChunkBytes = 256 << 10

export class Prefetch {
  readonly #options: PrefetchOptions
  /** By key of the folder: what is left to fetch, newest first; empty: nothing is left, or it could not be fetched. */
  readonly #previews = new Map<string, number[]>()
  readonly #bodies = new Map<string, { message: number; uid: number }[]>()

  constructor(options: PrefetchOptions) {
    this.#options = options
  }

  /** The folder of this key was synced: it may lack something again. */
  changed(key: string): void {
    this.#previews.delete(key)
    this.#bodies.delete(key)
  }

  /** Another cache is attached. */
  reset(): void {
    this.#previews.clear()
    this.#bodies.clear()
  }

  /** One chunk. Answers whether there may be more. A message nobody can read must not stop the others, nor be tried for ever. */
  async step({ port, folders, bodiesToo }: PrefetchPlan): Promise<boolean> {
    for (const folder of folders) {
      if (!folder.cursor || folder.messages === 0) continue
      try {
        if (await this.#previewSome(port, folder, folder.cursor.uidValidity)) return true
        if (bodiesToo.has(keyOf(folder.ref)) && (await this.#keepSome(port, folder, folder.cursor.uidValidity))) return true
      } catch (error) {
        if (isTransient(error)) throw error
        this.#options.log('some messages could not be prefetched', error)
        this.#previews.set(keyOf(folder.ref), [])
        this.#bodies.set(keyOf(folder.ref), [])
      }
    }
    return false
  }

  async #previewSome(port: CachePort, folder: FolderState, uidValidity: number): Promise<boolean> {
    let left = this.#previews.get(keyOf(folder.ref))
    if (!left)
      this.#previews.set(
        keyOf(folder.ref),
        (left = [...uidsOf(await port.withoutPreview({ folder: folder.id, limit: previewsPrefetched }))].reverse()),
      )
    if (left.length === 0) return false
    const uids = fromUids(left.splice(0, previewChunk))
    const found = await this.#selected(folder, uidValidity, session => fetchPreviews(session, this.#options.mime, uids))
    if (!found) this.#previews.set(keyOf(folder.ref), [])
    else if (found.uids.length > 0) await port.putPreviews({ folder: folder.id, uidValidity, ...found })
    return true
  }

  async #keepSome(port: CachePort, folder: FolderState, uidValidity: number): Promise<boolean> {
    let left = this.#bodies.get(keyOf(folder.ref))
    if (!left)
      this.#bodies.set(keyOf(folder.ref), (left = await port.withoutBody({ folder: folder.id, among: bodiesPrefetched, limit: bodiesPrefetched })))
    if (left.length === 0) return false
    const wanted = new Map(left.splice(0, bodyChunk).map(one => [one.uid, one]))
    let bytes = 0
    const isThere = await this.#selected(folder, uidValidity, async session => {
      for await (const found of fetchBodies(session, this.#options.mime, fromUids([...wanted.keys()]))) {
        for (const [uid, fetched] of found) {
          const message = wanted.get(uid)?.message
          if (message === undefined) continue // the server tells of a message nobody asked for
          await port.putBody({ message, ...fetched }) // at once: what came must not be asked for again after a cut
          wanted.delete(uid)
          bytes += fetched.size
        }
        if (bytes >= bodyChunkBytes) return true
      }
      wanted.clear() // those that are left are gone
      return true
    })
    if (isThere) left.unshift(...wanted.values())
    else this.#bodies.set(keyOf(folder.ref), [])
    return true
  }

  /** Null where the folder was renumbered: its next sync comes first. */
  #selected<T>({ ref: { path } }: FolderState, uidValidity: number, work: (session: MailStore) => Promise<T>): Promise<T | null> {
    return this.#options.run(async session => ((await session.select(path, null)).uidValidity === uidValidity ? work(session) : null))
  }
}
