import { expect, it } from 'vitest'
import { isPicturePlace, picturePlace, picturePlaces } from './outgoing.ts'

const key = '0b7a0c1e-6f0e-4c53-9f5f-6b3f0d5b8a11'

it.each(['plan.png', '', '設計図 (2).png', '<b>"quoted"</b>\'s', 'a'.repeat(255), '\u{20000}'.repeat(127), '\ud800'])(
  'knows the place of %j again',
  name => {
    const place = picturePlace(key, name)
    expect(isPicturePlace(place)).toBe(true)
    expect([...`<img alt="x" src="${place}">`.matchAll(picturePlaces)].map(([, , , found]) => found)).toEqual([key])
  },
)

const svg = (content: string): string => `data:image/svg+xml;pb=${key},${encodeURIComponent(content)}`
it.each([
  svg('<svg xmlns="http://www.w3.org/2000/svg"><text>x</text></svg>'),
  svg(`${decodeURIComponent(picturePlace(key, 'x').split(',')[1]!)}<svg/>`),
  picturePlace(key, 'x').replace('280', '28000'),
  picturePlace(key, 'x').replace(key, key.slice(1)),
  picturePlace(key, 'WORDS').replace('WORDS', '%3Cuse%20href%3D%22%23a%22%2F%3E'),
  picturePlace(key, 'x').replace('%3C', '%'),
  `data:image/svg+xml,${encodeURIComponent('<svg/>')}`,
  'https://example.org/a.svg',
  '',
])('takes no other SVG for one: %s', url => expect(isPicturePlace(url)).toBe(false))
