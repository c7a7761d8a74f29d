import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { acquireProfileLock } from '../core/storage/profile-lock.ts'
import { isNewerProfile } from '../core/storage/profile.ts'
import { prepareProgram, type Core, type Platform, type ProgramHost } from './program.ts'

let profile: string
beforeEach(async () => void (profile = await mkdtemp(join(tmpdir(), 'pillarbox-program-'))))
afterEach(() => rm(profile, { recursive: true, force: true }))

it('hands a mailto address of the first start and of a second to the core, and brings the window to the front', async () => {
  const composed: (string | undefined)[] = []
  let focused = 0
  let end = (): void => undefined
  const host = {
    name: 'node' as const,
    focusWindow: async () => void focused++,
    onLastWindowClosed: (listener: () => void) => (end = listener),
    stop: async () => undefined,
  } as unknown as ProgramHost
  const core: Core = {
    ...{ acquireProfileLock, isNewerProfile },
    createApp: async (_, { compose }) => {
      composed.push(compose)
      return { compose: url => void composed.push(url), stop: async () => undefined }
    },
  }
  const platform: Platform = { name: 'node', openHost: async () => host }
  const start = (...more: string[]) => prepareProgram(['--headless', '--profile', profile, ...more], core, platform)

  const running = (await start('mailto:a@example.test')).run()
  await expect.poll(() => composed).toEqual(['mailto:a@example.test'])
  expect(await (await start('mailto:b@example.test?subject=x')).run()).toBe(0)
  expect(await (await start()).run()).toBe(0)
  await expect.poll(() => [composed, focused]).toEqual([['mailto:a@example.test', 'mailto:b@example.test?subject=x'], 2])
  end()
  expect(await running).toBe(0)
})

it('leaves the profile of a newer program alone, and says so', async () => {
  await writeFile(join(profile, 'profile.json'), '{"v":99}')
  const [said, prepared]: [string[], string[]] = [[], []]
  const stderr = vi.spyOn(console, 'error').mockImplementation(words => void said.push(String(words)))
  const never = async (): Promise<never> => {
    throw new Error('nothing of the core may run')
  }
  const core: Core = { acquireProfileLock: never, createApp: never, isNewerProfile }
  const platform: Platform = { name: 'node', prepare: options => void prepared.push(options.profile), openHost: never }
  const { run } = await prepareProgram(['--headless', '--profile', profile], core, platform)
  expect(await run()).toBe(1)
  stderr.mockRestore()
  expect([said, prepared]).toEqual([[expect.stringMatching(/^This profile was last used by a newer Pillarbox/)], []])
  expect(await readdir(profile)).toEqual(['profile.json'])
})
