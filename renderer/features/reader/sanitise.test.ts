import { expect, test } from 'vitest'
import { createPictureIndex, mostPictures } from './sanitise.ts'

test('pictures are numbered by kind and address', () => {
  const index = createPictureIndex()
  const addresses = ['https://x.test/a', 'cid:a', 'HTTPS://X.TEST/a', 'cid:https://x.test/a', 'cid:%61']
  expect(addresses.map(address => index.slot(address))).toEqual([{ number: 0 }, { number: 1 }, { number: 0 }, { number: 2 }, { number: 1 }])
  expect(index.slot('data:image/png;base64,AA==')).toEqual({ url: 'data:image/png;base64,AA==' })
  expect(index.slot('picture.png')).toBeNull()
  expect(index.pictures).toEqual([
    { kind: 'remote', address: 'https://x.test/a' },
    { kind: 'cid', address: 'a' },
    { kind: 'cid', address: 'https://x.test/a' },
  ])
})

test('a message has only so many pictures', () => {
  const index = createPictureIndex()
  for (let i = 0; i < mostPictures; i++) index.slot(`cid:${i}`)
  expect(index.slot('cid:one-more')).toBeNull()
  expect(index.slot('cid:7')).toEqual({ number: 7 })
  expect(index.pictures).toHaveLength(mostPictures)
})
