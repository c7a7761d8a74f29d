/** Words that many places share. */
export const common = {
  'common.messages_one': '{{count, number}} message',
  'common.messages_other': '{{count, number}} messages',
  'common.changes_one': '{{count, number}} change',
  'common.changes_other': '{{count, number}} changes',
  'common.and': '{{first}} and {{last}}',
  'common.noSubject': '(no subject)',
  'common.unknownSender': 'Unknown sender',
  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.tryAgain': 'Try again',
  'common.undo': 'Undo',
} as const
