/** Hostile mail in the real reader: no connection, no packet, no script, no navigation (laws 8 and 10). A canary on loopback counts; stand-ins take what leaves. */
import { chromium, type Page } from '@playwright/test'
import { findChromium } from '../electron/host-node/chromium.ts'
import { expect, test as base } from './fixtures/app.ts'
import { whyNoCorpora } from './fixtures/corpora.ts'
import { hostileLinks, htmlMessage, leakPage, linksHtml, ownVectors, scriptVectors } from './fixtures/hostile.ts'
import { openNext } from './fixtures/opened-message.ts'
import { standInForOutside, whyNoOutside, type Outside } from './fixtures/outside.ts'
import { touchAll, watchScripts, whatRan } from './fixtures/script-watch.ts'
import { watchWindow, type WindowWatch } from './fixtures/window-watch.ts'
import { composerModel } from './pages/composer.ts'
import { windowModel, type WindowModel } from './pages/window.ts'
import { loopbackGuards, startCanary, tryToLeak, type Canary } from './servers/canary.ts'

/** A leak may come late: preconnects, timers, the next frame. */
const lateMs = 1500

const test = base.extend<{ canary: Canary; outside: Outside }>({
  canary: async ({}, provide) => {
    const canary = await startCanary()
    await provide(canary)
    await canary.dispose()
  },
  outside: async ({}, provide, info) => {
    const missing = whyNoOutside()
    info.skip(missing !== null, missing ?? '')
    const outside = await standInForOutside()
    await provide(outside)
    await outside.dispose()
  },
})

interface Reading {
  view: WindowModel
  watch: WindowWatch
}

/** The window on these messages, newest first, watched from its first moment. */
async function read(
  { server, startApp }: Pick<Parameters<Parameters<typeof base>[2]>[0], 'server' | 'startApp'>,
  messages: string[],
): Promise<Reading> {
  await server.seed(
    'alice',
    'INBOX',
    messages.map((raw, i) => ({ raw, flags: 'S', date: new Date(Date.now() - i * 60_000) })),
  )
  const { app } = await startApp()
  await watchScripts(app.page)
  await app.page.reload()
  const watch = watchWindow(app.page)
  const view = windowModel(app.page)
  await expect(view.messages).toHaveAttribute('aria-rowcount', String(messages.length))
  return { view, watch }
}

async function frames(page: Page): Promise<{ sandbox: string | null; sections: number; acting: string[] }> {
  return page.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>('iframe[title="Message body"]')!
    const acting =
      'script, base, form, input, iframe, frame, object, embed, link, svg, math, video, audio, template, noscript, meta[http-equiv=refresh]'
    const found = [...frame.contentDocument!.querySelectorAll(acting)].map(element => element.outerHTML)
    const handlers = [...frame.contentDocument!.querySelectorAll('*')].filter(({ attributes }) =>
      [...attributes].some(({ name }) => /^on/i.test(name)),
    )
    return {
      sandbox: frame.getAttribute('sandbox'),
      sections: frame.contentDocument!.querySelectorAll('.pb-section').length,
      acting: [...found, ...handlers.map(element => element.outerHTML)],
    }
  })
}

async function expectQuiet({ view: { page }, watch }: Reading, canary: Canary): Promise<void> {
  await page.waitForTimeout(lateMs)
  expect(await whatRan(page)).toEqual([])
  expect(watch.wrongs).toEqual([])
  expect(page.url()).toMatch(/\/index\.html$/)
  expect(
    new Set(
      page
        .frames()
        .map(frame => frame.url())
        .filter(url => url !== page.url()),
    ),
  ).toEqual(new Set(['about:srcdoc']))
  expect({ tcp: canary.tcp(), udp: canary.udp() }).toEqual({ tcp: 0, udp: 0 })
}

/** What stands in the editor that must not: acting elements, handlers, addresses that fetch, styles that leave their place. */
async function wrongsInEditor(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const editor = document.querySelector('[role="textbox"][aria-label="Message text"]')!
    const acting =
      'script, base, form, input, iframe, frame, object, embed, link, svg, math, video, audio, source, template, noscript, meta, style, button'
    const wrong = (element: Element): boolean =>
      element.matches(acting) ||
      [...element.attributes].some(
        ({ name, value }) =>
          /^on|^srcset$|^background$|^id$|^name$|^contenteditable$/i.test(name) ||
          (name === 'src' && !value.startsWith('data:image/')) ||
          (name === 'href' && !/^(?:https?|mailto):/.test(value)) ||
          (name === 'style' && /url\(|position|z-index|animation|transform/i.test(value)),
      )
    return [...editor.querySelectorAll('*')].filter(wrong).map(element => element.outerHTML.slice(0, 200))
  })
}

test('answering hostile messages, and passing them on, brings nothing of them to life', async ({ server, startApp, canary, outside }) => {
  test.setTimeout(150_000)
  const vectors = whyNoCorpora() ? [] : [...scriptVectors(canary.port), leakPage(canary.port)]
  const pieces = [...ownVectors(canary.port), ...vectors]
  const messages: string[] = []
  for (let i = 0; i < pieces.length; i += 40) messages.push(htmlMessage(`Attack ${messages.length};`, pieces.slice(i, i + 40)))
  const reading = await read({ server, startApp }, messages)
  const { page } = reading.view
  page.setDefaultTimeout(10_000)
  const composer = composerModel(page)
  for (const i of messages.keys()) {
    await openNext(page, () => reading.view.row(`Attack ${i};`).click())
    await page.keyboard.press('r')
    await composer.button('Show quoted text').click()
    await expect(composer.text.locator('blockquote').first()).toBeVisible()
    expect(await wrongsInEditor(page), `answer ${i}`).toEqual([])
    await page.keyboard.type('My words. ') // saves it
    await page.keyboard.press('Escape')
    await expect(composer.form).toHaveCount(0)
    await reading.view.row(`Attack ${i};`).click()
    await page.keyboard.press('f')
    await expect(composer.to).toBeFocused()
    expect(await wrongsInEditor(page), `passed on ${i}`).toEqual([])
    await composer.button('Discard draft').click()
    await expect(composer.form).toHaveCount(0)
  }
  await composer.local('Drafts').click()
  await composer.messages.first().click()
  await expect(composer.text).toContainText('My words.')
  expect(await wrongsInEditor(page), 'opened again').toEqual([])
  await page.waitForTimeout(lateMs)
  expect(await whatRan(page)).toEqual([])
  expect(reading.watch.wrongs).toEqual([])
  expect({ tcp: canary.tcp(), udp: canary.udp() }).toEqual({ tcp: 0, udp: 0 })
  expect(await outside.opened()).toEqual([])
})

/** Runs `attack` on a page of an ordinary Chromium that is killed afterwards: hostile messages close, hang and crash what does not hold them. */
async function inOrdinaryChromium(attack: (page: Page) => Promise<void>): Promise<void> {
  const server = await chromium.launchServer({ executablePath: findChromium(), args: [`--disable-features=${loopbackGuards.join(',')}`] })
  try {
    const browser = await chromium.connect(server.wsEndpoint())
    const page = await browser.newPage()
    await watchScripts(page)
    await page.goto('about:blank')
    await attack(page)
  } finally {
    await server.kill()
  }
}

test('control: in an ordinary Chromium the canary sees these messages', async ({ canary }) => {
  await inOrdinaryChromium(async page => {
    void page.setContent(ownVectors(canary.port).slice(4).join('\n'), { waitUntil: 'commit' }).catch(() => {}) // the message may take the page elsewhere
    await expect.poll(() => canary.tcp()).toBeGreaterThan(3)
  })
  await inOrdinaryChromium(async page => {
    void page.evaluate(`(${tryToLeak})(${canary.port}, false)`).catch(() => {})
    await expect.poll(() => canary.udp()).toBeGreaterThan(0)
  })
  const missing = whyNoCorpora()
  test.skip(missing !== null, missing ?? '')
  const before = canary.tcp()
  await inOrdinaryChromium(async page => {
    void page.setContent(leakPage(canary.port), { waitUntil: 'commit' }).catch(() => {})
    await expect.poll(() => canary.tcp() - before).toBeGreaterThan(3)
  })
})

test('control: in an ordinary Chromium the scripts of these messages are seen', async ({ canary }) => {
  const insert = (vectors: string[]): void => {
    for (const srcdoc of vectors) document.body.append(Object.assign(document.createElement('iframe'), { srcdoc }))
  }
  await inOrdinaryChromium(async page => {
    await page.evaluate(insert, ownVectors(canary.port).slice(0, 2))
    await expect.poll(() => whatRan(page)).not.toEqual([])
  })
  const missing = whyNoCorpora()
  test.skip(missing !== null, missing ?? '')
  // the plain ones: others leave no page behind that could be asked
  const plain = scriptVectors(canary.port).filter(html => html.length < 200 && /<img[^>]* onerror=|<script>alert/i.test(html))
  await inOrdinaryChromium(async page => {
    await page.evaluate(insert, plain)
    await expect.poll(async () => (await whatRan(page)).length).toBeGreaterThan(10)
  })
})

test('a message with every attack of our own does nothing', async ({ server, startApp, canary, outside }) => {
  const pieces = ownVectors(canary.port)
  const reading = await read({ server, startApp }, [htmlMessage('Attack', pieces)])
  const { view } = reading
  await openNext(view.page, () => view.row('Attack').click())
  expect(await frames(view.page)).toEqual({ sandbox: 'allow-same-origin', sections: pieces.length, acting: [] })
  await expectQuiet(reading, canary)
  await touchAll(view.page)
  await expectQuiet(reading, canary)
  expect(await outside.opened()).toEqual([])

  // it stays in its place
  const shape = await view.page.evaluate(() => {
    const region = document.querySelector('[role="region"][aria-label="Message"]')!
    const frame = region.querySelector('iframe')!
    const [outer, inner] = [region.getBoundingClientRect(), frame.getBoundingClientRect()]
    const { scrollWidth, clientWidth } = document.documentElement
    const under = document.elementFromPoint(20, 200)
    return {
      inside: inner.left >= outer.left && inner.right <= outer.right + 1,
      height: inner.height,
      wider: scrollWidth > clientWidth,
      covered: under === frame,
    }
  })
  expect(shape).toMatchObject({ inside: true, wider: false, covered: false })
  expect(shape.height).toBeLessThanOrEqual(200_000)

  // asked for, pictures come through the core, which does not go to addresses of this computer
  await view.reader.getByRole('button', { name: 'Load remote content' }).click()
  await expect(view.reader.getByText('None of the pictures could be loaded.')).toBeVisible()
  await expectQuiet(reading, canary)
})

test('only web addresses leave a message, through the system, and mail addresses begin a message', async ({ server, startApp, canary, outside }) => {
  const reading = await read({ server, startApp }, [
    htmlMessage('Links', [`${linksHtml()}<a href="mailto:carol@example.test?subject=Hi&attach=/etc/passwd">message</a>`]),
  ])
  const { view } = reading
  await openNext(view.page, () => view.row('Links').click())
  const expected: string[] = []
  for (const { text, opens } of hostileLinks) {
    const link = view.body.getByText(text, { exact: true })
    await link.click()
    await link.click({ button: 'middle' })
    await link.click({ modifiers: ['Control'] })
    await link.click({ modifiers: ['Shift'] })
    if (opens) expected.push(opens, opens, opens, opens)
    await expect.poll(outside.opened, text).toEqual(expected)
  }
  await view.body.getByRole('link', { name: 'blank', exact: true }).focus()
  await view.page.keyboard.press('Enter')
  await expect.poll(outside.opened).toEqual([...expected, 'https://blank.example/a?b=c'])

  await view.body.getByText('message', { exact: true }).click()
  const composer = composerModel(view.page)
  await expect(composer.chips('To')).toHaveText([/carol@example\.test/])
  await expect(composer.subject).toHaveValue('Hi')
  await expect(composer.files).toHaveCount(0)
  expect(await outside.opened()).toHaveLength(expected.length + 1)
  await composer.button('Discard draft').click()
  await expectQuiet(reading, canary)
  await expect(view.alerts).toHaveCount(0)
})

test('a message with every known way to leak makes no connection', async ({ server, startApp, canary, outside }) => {
  const missing = whyNoCorpora()
  test.skip(missing !== null, missing ?? '')
  const html = leakPage(canary.port)
  const reading = await read({ server, startApp }, [htmlMessage('Leak', [html]), htmlMessage('After', ['<p>after</p>'])])
  const { view } = reading
  await openNext(view.page, () => view.row('Leak').click())
  expect(await frames(view.page)).toEqual({ sandbox: 'allow-same-origin', sections: 1, acting: [] })
  await expect(view.reader.getByText('Remote content blocked')).toBeVisible()
  await expectQuiet(reading, canary)
  await touchAll(view.page)
  await expectQuiet(reading, canary)
  for (const url of await outside.opened()) expect(url).toMatch(/^(https?|mailto):/)
  await openNext(view.page, () => view.page.keyboard.press('j')) // and leaving it sends nothing either
  await expectQuiet(reading, canary)
})

test('no script of the collected attacks runs', async ({ server, startApp, canary, outside }) => {
  const missing = whyNoCorpora()
  test.skip(missing !== null, missing ?? '')
  test.setTimeout(120_000)
  const perMessage = 10
  const vectors = scriptVectors(canary.port)
  expect(vectors).toHaveLength(222)
  const groups = Array.from({ length: Math.ceil(vectors.length / perMessage) }, (_, i) => vectors.slice(i * perMessage, (i + 1) * perMessage))
  const reading = await read(
    { server, startApp },
    groups.map((group, i) => htmlMessage(`Attacks ${i}`, group)),
  )
  const { page, rows } = reading.view
  for (const [i, group] of groups.entries()) {
    await openNext(page, () => (i === 0 ? rows.first().click() : page.keyboard.press('j')))
    expect(await frames(page), `message ${i}`).toEqual({ sandbox: 'allow-same-origin', sections: group.length, acting: [] })
    await touchAll(page)
    expect(await whatRan(page), `message ${i}`).toEqual([])
    expect(reading.watch.wrongs, `message ${i}`).toEqual([])
  }
  await expectQuiet(reading, canary)
  for (const url of await outside.opened()) expect(url).toMatch(/^(https?|mailto):/)
})
