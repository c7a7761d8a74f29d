import { expect, it } from 'vitest'
import { systemLocale } from './locale.ts'

it.each([
  [{ LANG: 'de_CH.UTF-8' }, 'de-CH'],
  [{ LANG: 'de_CH.UTF-8', LC_TIME: 'en_GB.UTF-8' }, 'en-GB'],
  [{ LANG: 'de_CH.UTF-8', LC_TIME: 'en_GB.UTF-8', LC_ALL: 'ja_JP' }, 'ja-JP'],
  [{ LC_ALL: '', LANG: 'fr' }, 'fr'],
  [{ LANG: 'sr_RS.UTF-8@latin' }, 'sr-RS'],
  [{ LANG: 'C.UTF-8' }, 'en-GB'],
  [{ LANG: 'POSIX' }, 'en-GB'],
  [{}, 'en-GB'],
])('of %j', (environment, tag) => {
  expect(systemLocale(environment, 'en-GB')).toBe(tag)
})
