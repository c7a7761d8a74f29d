/** The system's locale: how it writes dates and numbers, whatever language the words are in. Set once, before anything is shown. */
let locale = 'en-GB'

/** `tag` as BCP 47 has them, such as "de-CH"; one that is none, or that this computer does not know, changes nothing. */
export function setLocale(tag: string): void {
  try {
    locale = Intl.DateTimeFormat.supportedLocalesOf(tag)[0] ?? locale
  } catch {
    // no tag at all
  }
}

export function currentLocale(): string {
  return locale
}

/** What `make` makes for the locale: once, when it is wanted, and again where the locale became another. */
export function forLocale<T>(make: (locale: string) => T): () => T {
  let made: { locale: string; value: T } | null = null
  return () => {
    if (made?.locale !== locale) made = { locale, value: make(locale) }
    return made.value
  }
}

const numbers = forLocale(tag => new Intl.NumberFormat(tag))

/** "1,234". */
export function numberWords(value: number): string {
  return numbers().format(value)
}
