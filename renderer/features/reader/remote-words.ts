import { say } from '../../data/words/say.ts'

/** "3 pictures from cdn.example", "5 pictures from cdn.example and 2 other places". */
export function remoteWords(urls: string[]): string {
  const [host, other, ...rest] = new Set(urls.map(url => new URL(url).hostname))
  const pictures = say('reader.pictures', { count: urls.length })
  if (host === undefined) return pictures
  if (other === undefined) return say('reader.picturesFrom', { pictures, host })
  if (rest.length === 0) return say('reader.picturesFromTwo', { pictures, host, other })
  return say('reader.picturesFromMany', { pictures, host, count: rest.length + 1 })
}
