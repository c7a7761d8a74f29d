/** English: the catalogue all others are made from. A file a place of the window; keys are "place.what", a plural has one key an ending (`_one`, `_other`). */
import { accounts } from './accounts.ts'
import { activity } from './activity.ts'
import { codes } from './codes.ts'
import { commands } from './commands.ts'
import { common } from './common.ts'
import { composer } from './composer.ts'
import { connection } from './connection.ts'
import { dates } from './dates.ts'
import { folders } from './folders.ts'
import { list } from './list.ts'
import { operations } from './operations.ts'
import { outgoing } from './outgoing.ts'
import { palette } from './palette.ts'
import { parts } from './parts.ts'
import { people } from './people.ts'
import { reader } from './reader.ts'
import { window } from './window.ts'

export const en = {
  ...accounts,
  ...activity,
  ...codes,
  ...commands,
  ...common,
  ...composer,
  ...connection,
  ...dates,
  ...folders,
  ...list,
  ...operations,
  ...outgoing,
  ...palette,
  ...parts,
  ...people,
  ...reader,
  ...window,
} as const
