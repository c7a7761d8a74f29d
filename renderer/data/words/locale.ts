/** The system's locale: how it writes dates and numbers, whatever language the words are in. Set once, before anything is shown. */
let locale = 'en-GB'
let numbers = new Intl.NumberFormat(locale)

/** `tag` as BCP 47 has them, such as "de-CH"; one that is none, or that this computer does not know, changes nothing. */
export function setLocale(tag: string): void {
  try {
    const [known] = Intl.DateTimeFormat.supportedLocalesOf(tag)
    if (known === undefined) return
    locale = known
    numbers = new Intl.NumberFormat(locale)
  } catch {
    // no tag at all
  }
}

export function currentLocale(): string {
  return locale
}

/** "1,234". */
export function numberWords(value: number): string {
  return numbers.format(value)
}
