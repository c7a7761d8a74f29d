/** The palette of commands, and the sheet of keys. */
export const palette = {
  'palette.title': 'Commands',
  'palette.placeholder': 'What do you want to do?',
  'palette.field': 'Find a command or folder',
  'palette.list': 'Commands and folders',
  'palette.empty': 'No command or folder of this name.',
  'palette.folders': 'Folders',
  'palette.goTo': 'Go to {{folder}} {{account}}',

  'keys.title': 'Keys',
  'keys.list': 'List of keys',
  'keys.accounts': 'Go to account 1 to 9',
} as const
