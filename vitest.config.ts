import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['{shared,electron,renderer}/**/*.test.{ts,tsx}', 'e2e/servers/**/*.test.ts'], testTimeout: 20_000 },
})
