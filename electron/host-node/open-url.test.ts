import { expect, test } from 'vitest'
import { commandToOpen } from './open-url.ts'

test('http, https and mailto go to the program of the platform', () => {
  expect(commandToOpen('https://rail.example/?a=1&b=2', 'linux')).toEqual(['xdg-open', 'https://rail.example/?a=1&b=2'])
  expect(commandToOpen('mailto:jonas@weber.example', 'darwin')).toEqual(['open', 'mailto:jonas@weber.example'])
  expect(commandToOpen('http://rail.example', 'win32')).toEqual(['rundll32', 'url.dll,FileProtocolHandler', 'http://rail.example/'])
})

test.each(['file:///etc/passwd', 'javascript:alert(1)', 'smb://host/share', 'calc.exe', '--help', `https://rail.example/${'x'.repeat(9000)}`])(
  'nothing else is opened: %s',
  url => {
    expect(() => commandToOpen(url, 'linux')).toThrow(/opened/)
  },
)
