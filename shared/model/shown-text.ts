/**
 * Names, subjects and addresses of others, made fit to be shown: nothing in them may turn the text around, hide, or read as another address. What is answered and
 * sent keeps the real ones. Unicode UTS 55, RFC 5892 appendix A. Pure.
 */
import type { Address } from './message.ts'

/** Scripts whose words need the joiners U+200C and U+200D: those that join, and those of India and around with their half forms. */
const joining =
  'Arab Syrc Mand Nkoo Adlm Phag Rohg Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Mymr Khmr Tibt Lepc Limb Java Bali Sund Cakm Newa'
    .split(' ')
    .map(script => `\\p{scx=${script}}`)
    .join('')
/** Characters that are not seen and still belong where they stand. */
const kept = [
  `(?<=[${joining}])[\\u200c\\u200d](?=[${joining}])`,
  // joined emoji: a family, a profession
  '(?<=\\p{Extended_Pictographic}[\\u{1f3fb}-\\u{1f3ff}]?\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic})',
  // flags of England, Scotland and Wales
  '\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}',
  // variants of what stands before
  '(?<=[^\\s\\p{Cc}\\p{DI}])[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]',
  '(?<=\\p{sc=Mong})(?:[\\u180b-\\u180d\\u180f]|\\u180e(?=\\p{sc=Mong}))',
].join('|')
const breaks = '\\p{Cc}\\u2028\\u2029'
/** Default_Ignorable_Code_Point holds the bidi controls, everything of no width, fillers, and tags. */
const ignorable = '\\p{DI}\\ufff9-\\ufffb'
const suspicious = new RegExp(`[${breaks}${ignorable}]`, 'u')
const unseen = new RegExp(`(${kept})|([${breaks}]+)|[${ignorable}]`, 'gu')
const unseenInAddress = new RegExp(`[${breaks}${ignorable}]|(?! )\\p{Z}`, 'gu')

/** A name, a subject, the first words of a message. */
export function shownText(text: string): string {
  if (!suspicious.test(text)) return text // nearly all
  return text.replace(unseen, (_, belongs: string | undefined, lineBreak: string | undefined) => belongs ?? (lineBreak ? ' ' : ''))
}

/** An address, with what nobody would see written out: ⟨U+202E⟩. */
export function shownAddress(address: string): string {
  return address.replace(unseenInAddress, char => `⟨U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`)
}

const tightAddress = /[\p{L}\p{N}._+-]@[\p{L}\p{N}]/u
const looseAddress = /[\p{L}\p{N}]\s*@\s*[\p{L}\p{N}-]+\s*[.\u3002]\s*[\p{L}\p{N}]/u

/** True where a name holds what reads as an address, and is not the real one. */
function readsAsAnother(name: string, address: string): boolean {
  const own = address.trim().toLowerCase()
  const plain = name
    .normalize('NFKC')
    .split(/[\s"'()<>,;:[\]]+/u)
    .filter(word => word.toLowerCase() !== own)
    .join(' ')
  return tightAddress.test(plain) || looseAddress.test(plain)
}

/**
 * The name, to stand beside its address; '' for none and for one that would read as another address. Quotation marks around names are a habit of mail programs,
 * not part of the name.
 */
export function shownName([name, address]: Address): string {
  const bare = shownText(name)
    .trim()
    .replace(/^(['"])(.*)\1$/u, '$2')
    .trim()
  return address !== '' && readsAsAnother(bare, address) ? '' : bare
}

/** The name; the address where there is none to be shown, '' where there is neither. */
export function shownPerson(person: Address): string {
  return shownName(person) || shownAddress(person[1])
}

/** Marks a name or an address inside of a sentence as a piece of its own (UAX 9): ui/Isolated.tsx shows it so. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`
}
