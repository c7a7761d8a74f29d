import { describe, expect, it } from 'vitest'
import { isKey, say } from './say.ts'

describe('the words of the window', () => {
  it('choose the plural and write numbers as the system does', () => {
    expect(say('common.messages', { count: 1 })).toBe('1 message')
    expect(say('common.messages', { count: 0 })).toBe('0 messages')
    expect(say('common.messages', { count: 12345 })).toBe('12,345 messages')
  })

  it('put in what they are given, and never read it', () => {
    expect(say('common.and', { first: '$t(common.undo)', last: '{{first}} <b>&' })).toBe('$t(common.undo) and {{first}} <b>&')
  })

  it('know their keys', () => {
    expect(isKey('common.messages')).toBe(true)
    expect(isKey('common.undo')).toBe(true)
    expect(isKey('constructor')).toBe(false)
  })
})
