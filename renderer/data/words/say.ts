/** Every sentence and label people read comes from here: by key, out of the catalogue of their language. English is the first one, and the one all others are made from. */
import i18next from 'i18next'
import { en } from './en/index.ts'
import { numberWords } from './locale.ts'

type Catalogue = typeof en
type Plural = 'one' | 'other'
/** A key of the catalogue; of one with plurals, the key without its ending. */
export type Key = keyof Catalogue extends infer K ? (K extends `${infer Stem}_${Plural}` ? Stem : K) : never

/** The names in the braces of a text. */
type Named<Text> = Text extends `${string}{{${infer Name}}}${infer Rest}` ? (Name extends `${infer Bare}, number` ? Bare : Name) | Named<Rest> : never
type TextOf<K extends Key> = K extends keyof Catalogue ? Catalogue[K] : `${K}_other` extends keyof Catalogue ? Catalogue[`${K}_other`] : never
/** What fills the braces of a key's text. */
type Filling<K extends Key> = [Named<TextOf<K>>] extends [never] ? [] : [Record<Named<TextOf<K>>, string | number>]

const catalogue = i18next.createInstance()
void catalogue.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false }, // React escapes; nothing else of it is made HTML
})
catalogue.services.formatter?.add('number', (value: number) => numberWords(value))

const translate = catalogue.t as (key: string, filling: Record<string, unknown>) => string // its own types are no help with a key that is not known here

/** The text of a key. `filling` is put in as it is: names, counts (`{{count, number}}`), words of a server. Where the key has plurals, `count` chooses. */
export function say<K extends Key>(key: K, ...[filling]: Filling<K>): string {
  return translate(key, { ...filling })
}

/** The same for a key that is known by its type alone. */
export function sayByKey(key: Key, filling: Readonly<Record<string, string | number>>): string {
  return translate(key, filling)
}

/** True where the catalogue has this key: one that comes from outside may be of another version. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(en, key) || Object.hasOwn(en, `${key}_other`)
}
