/** A message as the cache has it, once: for answering and passing on. */
import type Dexie from 'dexie'
import type { Body, MessageId } from '../../../shared/model/message.ts'
import type { BodyRecord, PartRecord } from '../../../shared/model/cache-records.ts'
import { pictureTypeOf } from '../../../shared/model/picture-type.ts'
import { bareContentId } from './urls.ts'

export async function readBody(database: Dexie, id: MessageId): Promise<Body | null> {
  return (await database.table<BodyRecord>('bodies').get(id))?.body ?? null
}

const mostPictureBytes = 5_000_000
/** Every mail program draws them. */
const quotable = /^image\/(?:png|gif|jpeg|webp)$/

function dataUrl(bytes: Uint8Array, type: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error ?? new Error('a picture could not be read'))
    reader.readAsDataURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }))
  })
}

/** Pictures of the message itself that are in the cache, by Content-ID without brackets. */
export interface Pictures {
  /** Data addresses; together at most 5 MB. */
  urls: Map<string, string>
  /** Declared as pictures, and none by their bytes. */
  none: Set<string>
}

export async function readPictures(database: Dexie, id: MessageId): Promise<Pictures> {
  const records = await database.table<PartRecord>('parts').where('[id+part]').between([id, ''], [id, '\uffff']).toArray()
  const pictures: Pictures = { urls: new Map(), none: new Set() }
  let left = mostPictureBytes
  for (const { info, bytes } of records) {
    const type = pictureTypeOf(bytes)
    if (!info.contentId) continue
    if (!type) pictures.none.add(bareContentId(info.contentId))
    if (!type || !quotable.test(type) || bytes.length > left) continue
    left -= bytes.length
    pictures.urls.set(bareContentId(info.contentId), await dataUrl(bytes, type))
  }
  return pictures
}
