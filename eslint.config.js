import tseslint from 'typescript-eslint'
import reactHooks from 'eslint-plugin-react-hooks'

/** The import rule of ARCHITECTURE.md: which folders a file of one folder must not reach. Tests may reach further (they wire real parts together). */
const layer = (files, forbidden, why) => ({
  files,
  ignores: ['**/*.test.ts', '**/*.test.tsx', '**/test-support/**'],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: forbidden, message: why }] }] },
})
const electron = '^electron($|/)'

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
  layer(['shared/**'], `${electron}|^node:|/(electron|renderer|e2e)/|^(?!zod$|\\.)`, 'shared imports zod at most'),
  layer(
    ['electron/core/**'],
    `${electron}|/(renderer|e2e|host-node|host-electron|host-shared)/`,
    'the core imports shared and Node, never a host, a page or electron',
  ),
  layer(['electron/host-shared/**'], `${electron}|/(renderer|e2e|host-node|host-electron)/`, 'what hosts share imports core and shared'),
  layer(['electron/host-node/**'], `${electron}|/(renderer|e2e|host-electron)/`, 'hosts import core, shared and host-shared'),
  layer(['electron/host-electron/**'], '/(renderer|e2e|host-node)/', 'hosts import core, shared and host-shared'),
  layer(['renderer/cache/**'], `${electron}|/(electron|e2e|ui|features|app|data)/`, 'cache imports shared'),
  layer(['renderer/data/**'], `${electron}|/(electron|e2e|ui|features|app)/`, 'data imports shared and the cache schema'),
  layer(['renderer/ui/**'], `${electron}|/(electron|e2e|shared|cache|data|features|app)/`, 'ui knows nothing of mail'),
  layer(
    ['renderer/features/**'],
    `${electron}|/(electron|e2e|cache)/|app/(?!commands|state)|^\\.\\./(?!\\.\\./)`,
    'features import ui, data, app/commands and app/state, not each other',
  ),
)
