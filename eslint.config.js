import tseslint from 'typescript-eslint'
import reactHooks from 'eslint-plugin-react-hooks'
import circles from './e2e/run/lint-circles.js'
import words from './e2e/run/lint-words.js'

/** The import rule of ARCHITECTURE.md: which folders a file of one folder must not reach. Tests may reach further (they wire real parts together). */
const layer = (files, ...forbidden) => ({
  files,
  ignores: ['**/*.test.ts', '**/*.test.tsx', '**/test-support/**'],
  rules: { 'no-restricted-imports': ['error', { patterns: forbidden.map(([regex, message]) => ({ regex, message })) }] },
})
const electron = '^electron($|/)'
/** Of a file the last layer that names it holds alone, so a room within a room repeats what holds for the outer one. */
const core = [
  `${electron}|/(renderer|e2e|host-node|host-electron|host-shared)/`,
  'the core imports shared and Node, never a host, a page or electron',
]
const data = [`${electron}|/(electron|e2e|cache|ui|state|commands|features|window)/`, 'data imports shared']

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'test-results/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-globals': ['error', { name: 'SharedWorker', message: 'Shared workers escape the network wall (FINDINGS).' }],
      'no-restricted-properties': [
        'error',
        { object: 'navigator', property: 'serviceWorker', message: 'Service workers escape the network wall (FINDINGS).' },
      ],
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  layer(['shared/**'], [`${electron}|^node:|/(electron|renderer|e2e)/|^(?!zod$|\\.)`, 'shared imports zod at most']),
  layer(['electron/core/**'], core),
  layer(['electron/core/{sync,operations,outgoing,calls,cache}/**'], core, [
    'store/(imap|vault)/|/account/',
    'these know store/mail-store.ts, never one kind of store, and not the account they serve',
  ]),
  layer(['electron/core/store/**'], core, ['/(account|accounts|sync|operations|outgoing|cache|calls)/', 'a store knows no one who uses it']),
  layer(['electron/core/storage/**'], core, ['^\\.\\./(?!\\.\\./\\.\\./shared/)', 'storage knows nothing of what is stored']),
  layer(
    ['electron/host-shared/**'],
    [
      `${electron}|/(e2e|host-node|host-electron)/|/renderer/(?!data/words/errors)`,
      'what hosts share imports core and shared, and the words of errors for stderr',
    ],
  ),
  layer(['electron/host-node/**'], [`${electron}|/(renderer|e2e|host-electron)/`, 'hosts import core, shared and host-shared']),
  layer(['electron/host-electron/**'], ['/(renderer|e2e|host-node)/', 'hosts import core, shared and host-shared']),
  // the renderer, from the lowest floor up
  layer(['renderer/ui/**'], [`${electron}|/(electron|e2e|shared|cache|data|state|commands|features|window)/`, 'ui knows nothing of mail']),
  layer(['renderer/cache/**'], [`${electron}|/(electron|e2e|ui|data|state|commands|features|window)/`, 'cache imports shared']),
  layer(['renderer/data/**'], data),
  layer(['renderer/data/text/**'], data, ['/(words|compose|list)/', 'text is the lowest room of data']),
  layer(['renderer/data/words/**'], data, ['/(compose|list)/', 'words import text at most']),
  layer(['renderer/data/{compose,list}/**'], data, ['/(compose|list)/', 'compose and list import words and text, not each other']),
  layer(['renderer/state/**'], [`${electron}|/(electron|e2e|cache|commands|features|window)/`, 'state imports data and ui']),
  layer(['renderer/commands/**'], [`${electron}|/(electron|e2e|cache|features|window)/`, 'commands import data, state and ui']),
  layer(
    ['renderer/features/**'],
    [`${electron}|/(electron|e2e|cache|window)/|^\\.\\./(?!\\.\\./)`, 'features import ui, data, state and commands, not each other'],
  ),
  layer(['renderer/window/**'], [`${electron}|/(electron|e2e|cache)/`, 'the window imports all of the renderer but the cache']),
  {
    files: ['renderer/**', 'shared/**', 'electron/core/**'],
    // schema.ts names indexes, providers.ts firms
    ignores: [
      ...['**/*.test.ts', '**/*.test.tsx', '**/test-support/**'],
      ...['renderer/data/words/en/**', 'renderer/cache/schema.ts', 'electron/core/autoconfig/providers.ts'],
    ],
    plugins: { words },
    rules: { 'words/only-in-words': 'error' },
  },
  {
    // a path names a folder only within its store: FolderRef and keyOf name it everywhere else
    files: ['renderer/**', 'shared/**', 'electron/core/**'],
    ignores: ['**/*.test.ts', '**/*.test.tsx', '**/test-support/**', 'electron/core/store/**', 'shared/model/folder.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'BinaryExpression[operator=/^[!=]==?$/] > MemberExpression[property.name="path"]',
          message: 'folders are compared by keyOf(ref): one path may be a folder in every store',
        },
        {
          selector: 'CallExpression[callee.property.name=/^(get|has|set|add|delete)$/] > MemberExpression.arguments[property.name="path"]',
          message: 'a folder is remembered by keyOf(ref): one path may be a folder in every store',
        },
        {
          selector: 'TSPropertySignature[key.name=/^(folder|folderPath|mailbox)$/] > TSTypeAnnotation > TSStringKeyword',
          message: 'a folder is named by its FolderRef',
        },
      ],
    },
  },
  {
    files: ['shared/**', 'electron/**', 'renderer/**'],
    ignores: ['**/*.test.ts', '**/*.test.tsx', '**/test-support/**'],
    plugins: { circles },
    rules: { 'circles/no-circle': 'error' },
  },
)
