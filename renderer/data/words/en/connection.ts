/** The connection line: what state mail is in, since when, and what waits. */
export const connection = {
  'connection.noAccount': 'No account yet',
  'connection.starting': 'Starting…',
  'connection.connecting': 'Connecting…',
  'connection.checking': 'Checking mail…',
  'connection.offline': 'Offline since {{time}}.',
  'connection.upToDate': 'Up to date, checked {{time}}',
  'connection.olderFollows': 'You can read now; older mail follows ({{known, number}} of {{total, number}}, newest first).',
  'connection.ofAccount': '{{account}}: {{words}}',
  'connection.changesWaiting_one': '{{count, number}} change waiting.',
  'connection.changesWaiting_other': '{{count, number}} changes waiting.',
  'connection.messagesWaiting_one': '{{count, number}} message waiting.',
  'connection.messagesWaiting_other': '{{count, number}} messages waiting.',
  'connection.bothWaiting': '{{changes}} and {{messages}} waiting.',
  'connection.notEncrypted': 'Not encrypted: {{accounts}}.',
} as const
