import { expect, test } from 'vitest'
import { shownAddress, shownPerson, shownText } from './shown-text.ts'

test.each([
  ['Invoice \u202efdp.exe', 'Invoice fdp.exe'],
  ['\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069x', 'x'],
  ['a\u200bb\u2060c\ufeffd\u00ade\u180ef\u034fg\u2064h\u206fi\u3164j\uffa0k\ufff9l', 'abcdefghijkl'],
  ['a\r\nb\u2028c\u2029d\u0085e\u0000f\u007fg\tb', 'a b c d e f g b'],
  ['pay\u200dpal pay\u200cpal \u200d\u200c', 'paypal paypal '],
  ['\u{e0001}\u{e0068}\u{e0069}hi\u{e007f}', 'hi'],
  ['a\ufe0f\ufe0f\u{e0100} \ufe0f', 'a\ufe0f '],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['می\u200c', 'می'],
  ['x\u200cمی', 'xمی'],
  ['क्\u200dष श्\u200cर', 'क्\u200dष श्\u200cर'],
  ['ශ්\u200dරී', 'ශ්\u200dරී'],
  ['র\u200d\u09cdয', 'র\u200d\u09cdয'],
  [
    '👩\u200d👩\u200d👧 👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈 🏴\u200d☠\ufe0f 1\ufe0f\u20e3',
    '👩\u200d👩\u200d👧 👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈 🏴\u200d☠\ufe0f 1\ufe0f\u20e3',
  ],
  ['🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ['🏴\u{e0067}\u{e0062}x', '🏴x'],
  ['👩\u200dx \u200d👩', '👩x 👩'],
  ['葛\u{e0100}', '葛\u{e0100}'],
  ['ᠭᠠ\u180eᠠ ᠠ\u180b', 'ᠭᠠ\u180eᠠ ᠠ\u180b'],
  ['Grüße, 日本 שלום', 'Grüße, 日本 שלום'],
])('%j is shown as %j', (given, shown) => {
  expect(shownText(given)).toBe(shown)
  expect(shownText(shown)).toBe(shown)
})

test.each([
  ['\u202etset.elpmaxe-knab@oec@attacker.example', '⟨U+202E⟩tset.elpmaxe-knab@oec@attacker.example'],
  ['a\u200b@b\u{e0041}.example', 'a⟨U+200B⟩@b⟨U+E0041⟩.example'],
  ['a\u00a0b@c\u200d.example\n', 'a⟨U+00A0⟩b@c⟨U+200D⟩.example⟨U+000A⟩'],
  ['"john doe"@x.example', '"john doe"@x.example'],
  ['用户@例子.广告', '用户@例子.广告'],
])('the address %j is shown as %j', (given, shown) => expect(shownAddress(given)).toBe(shown))

test.each([
  ['Bank', '\u202emoc@x.example', 'Bank'],
  ['', '\u202emoc@x.example', '⟨U+202E⟩moc@x.example'],
  ['\u202e\u200b', 'a@x.example', 'a@x.example'],
  ["'Jonas Weber'", 'j@w.example', 'Jonas Weber'],
  ['Offers@shop.example', 'real@sender.example', 'real@sender.example'],
  ['Offers＠shop.example', 'real@sender.example', 'real@sender.example'],
  ['Off\u200bers@sh\u00adop.example,', 'real@sender.example', 'real@sender.example'],
  ['Shop <offers @ shop . example>', 'real@sender.example', 'real@sender.example'],
  ['real@sender.example.shop.example', 'real@sender.example', 'real@sender.example'],
  ['real@sender.example (Real)', 'REAL@sender.example', 'real@sender.example (Real)'],
  ['Jonas @ Work', 'j@w.example', 'Jonas @ Work'],
  ['Jonas (@jonas)', 'j@w.example', 'Jonas (@jonas)'],
  ['', '', ''],
  ['somebody@nowhere.example', '', 'somebody@nowhere.example'],
])('%j at %j is shown as %j', (name, address, shown) => expect(shownPerson([name, address])).toBe(shown))
