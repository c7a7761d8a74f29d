/** What a command is. */
import type { Settings } from '../../shared/model/settings.ts'
import type { Services } from '../state/services.ts'
import type { WindowState } from '../state/store.ts'

export type CommandName =
  | 'newMessage'
  | 'reply'
  | 'replyAll'
  | 'forward'
  | 'markRead'
  | 'markUnread'
  | 'flag'
  | 'unflag'
  | 'archive'
  | 'delete'
  | 'junk'
  | 'notJunk'
  | 'moveTo'
  | 'copyTo'
  | 'undo'
  | 'checkMail'
  | 'addAccount'
  | 'accounts'
  | 'unlock'
  | 'mailProgram'
  | 'selectAll'
  | 'stepBack'
  | 'next'
  | 'previous'
  | 'extendNext'
  | 'extendPrevious'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'open'
  | 'goToInbox'
  | 'palette'
  | 'activity'
  | 'keys'
  | 'nextPane'
  | 'previousPane'
  | `account${number}`
  | `theme-${Settings['theme']}`
  | `density-${Settings['density']}`
  | `layout-${Settings['layout']}`

export interface Command {
  name: CommandName
  label: string
  group: 'message' | 'list' | 'go' | 'window'
  /** Bindings as tinykeys writes them. `list` ones work only with the focus in the list. */
  keys: readonly string[]
  scope: 'window' | 'list'
  /** Left out of palette and menus: moving about with keys. */
  keysOnly?: boolean
  enabled(state: WindowState): boolean
  perform(services: Services): void | Promise<void>
}
