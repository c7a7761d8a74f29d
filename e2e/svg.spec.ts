/** SVG in messages: a few kilobytes of nested `use` would hold the window for minutes. None is drawn or quoted; it is a file, and goes along as one. */
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Draft } from '../shared/model/outgoing.ts'
import { expect, test } from './fixtures/app.ts'
import { message } from './fixtures/messages.ts'
import type { RunningApp } from './fixtures/running-app.ts'
import { composerModel } from './pages/composer.ts'
import type { WindowModel } from './pages/window.ts'

/** Ten uses of ten uses, eight deep. */
function bomb(): string {
  const groups = Array.from({ length: 8 }, (_, n) => `<g id="a${n + 1}">${`<use xlink:href="#a${n}" x="1"/>`.repeat(10)}</g>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99"><defs><g id="a0"><rect width="10" height="10"/></g>${groups.join('')}</defs><use xlink:href="#a8"/></svg>`
}
const svg = Buffer.from(bomb())
const base64 = svg.toString('base64')
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

const html = (subject: string, body: string): string => message({ subject, type: 'text/html; charset=utf-8', body })

/** HTML with parts it names by `cid:`. */
function related(subject: string, body: string, parts: { type: string; id: string; name?: string; base64: string }[]): string {
  const pieces = [
    `--=_r\nContent-Type: text/html; charset=utf-8\n\n${body}`,
    ...parts.map(
      part =>
        `--=_r\nContent-Type: ${part.type}${part.name ? `; name="${part.name}"` : ''}\nContent-ID: <${part.id}>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\n${part.base64.replace(/.{76}/g, '$&\n')}`,
    ),
  ]
  return message({ subject, type: 'multipart/related; boundary="=_r"', body: [...pieces, '--=_r--'].join('\n') })
}

async function expectAlive({ page, body }: WindowModel): Promise<void> {
  await expect(body.getByText('after')).toBeVisible()
  await page.waitForTimeout(300) // pictures come later
  const started = Date.now()
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  expect(Date.now() - started).toBeLessThan(3000)
}

const written: [name: string, body: string][] = [
  ['data', `<img src="data:image/svg+xml;base64,${base64}" width=9 height=9>after`],
  ['charset', `<img src="data:image/svg+xml;charset=utf-8;base64,${base64}">after`],
  ['mislabelled', `<img src="data:image/png;base64,${base64}">after`],
  ['srcset', `<img srcset="data:image/svg+xml;base64,${base64} 1x">after`],
  [
    'picture',
    `<picture><source type="image/svg+xml" srcset="data:image/svg+xml;base64,${base64}"><img src="data:image/svg+xml;base64,${base64}"></picture>after`,
  ],
  ['inline', `${bomb()}after`],
  [
    'object',
    `<object type="image/svg+xml" data="data:image/svg+xml;base64,${base64}"></object><embed src="data:image/svg+xml;base64,${base64}">after`,
  ],
  [
    'css',
    `<style>b{background:url(data:image/svg+xml;base64,${base64})}</style><b style="background:url('data:image/svg+xml;base64,${base64}')">after</b><i style="content:url(data:image/svg+xml;base64,${base64})">x</i>`,
  ],
  ['background', `<table background="data:image/svg+xml;base64,${base64}"><tr><td>after</table>`],
]

test('SVG is never drawn, however it is written into a message', async ({ server, startApp }) => {
  await server.seed(
    'alice',
    'INBOX',
    written.map(([name, body]) => ({ raw: html(`Bomb ${name}`, body), flags: 'S' })),
  )
  const { view } = await startApp()
  for (const [name] of written) {
    await view().row(`Bomb ${name}`).click()
    await expectAlive(view())
    expect(await view().body.locator('svg, [src*="image/svg" i], [style*="image/svg" i]').count()).toBe(0)
  }
})

async function keptDraft(app: RunningApp, files: number): Promise<{ draft: Draft; folder: string }> {
  const messages = join(app.profile, 'drafts')
  let found: { draft: Draft; folder: string } | null = null
  await expect
    .poll(async () => {
      for (const id of await readdir(messages).catch(() => [])) {
        const text = await readFile(join(messages, id, 'draft.json'), 'utf8').catch(() => null) // being made
        if (text) found = { draft: (JSON.parse(text) as { draft: Draft }).draft, folder: join(messages, id, 'attachments') }
      }
      return found?.draft.attachments.length
    })
    .toBe(files)
  return found!
}

test('SVG in a part is a file: listed, not drawn, not quoted, and passed on unchanged', async ({ server, startApp }) => {
  const body = '<img src="cid:svg"><img src="cid:wrong"><img src="cid:dot" width=9 height=9><p>after'
  await server.seed('alice', 'INBOX', [
    {
      raw: related('Bomb parts', body, [
        { type: 'image/svg+xml', id: 'svg', name: 'drawing.svg', base64 },
        { type: 'image/png', id: 'wrong', name: 'wrong.png', base64 },
        { type: 'image/x-png', id: 'dot', base64: pixel },
      ]),
      flags: 'S',
    },
  ])
  const { app, view } = await startApp()
  await view().row('Bomb parts').click()
  await expect(view().body.locator('img[src^="blob:"]')).toHaveCount(1)
  await expectAlive(view())
  const files = view().reader.getByRole('list', { name: 'Attachments' }).getByRole('listitem')
  await expect(files).toHaveText([/drawing\.svg/, /wrong\.png/])

  const composer = composerModel(app.page)
  await view().action('Forward').click()
  await expect(composer.text).toContainText('after')
  await expect(composer.files).toHaveText([/drawing\.svg/, /wrong\.png/])
  expect(await composer.text.locator('img').evaluateAll(images => images.map(image => (image as HTMLImageElement).src.slice(0, 15)))).toEqual([
    'data:image/png;',
  ])
  const { draft, folder } = await keptDraft(app, 2)
  expect(draft.attachments.map(({ type }) => type)).toEqual(['image/svg+xml', 'image/png'])
  for (const { id } of draft.attachments) expect((await readFile(join(folder, id))).equals(svg)).toBe(true)
})

test('SVG is not taken as a remote image, and quoting a message that holds it leaves it out', async ({ server, startApp }) => {
  const web = createServer(({ url }, response) => {
    const type = url === '/a.svg' ? 'image/svg+xml; charset=utf-8' : 'image/png'
    response.writeHead(200, { 'content-type': type }).end(svg)
  })
  await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve))
  const { port } = web.address() as AddressInfo
  process.env.PILLARBOX_LOOPBACK_PICTURES = '1'
  try {
    const at = `http://127.0.0.1:${port}`
    const body = `<img src="${at}/a.svg"><img src="${at}/b.png">${written[0]![1]}`
    await server.seed('alice', 'INBOX', [{ raw: html('Bomb far', body), flags: 'S' }])
    const { app, view } = await startApp()
    await view().row('Bomb far').click()
    await view().reader.getByRole('button', { name: 'Load remote content' }).click()
    await expect(view().reader.getByRole('status').filter({ hasText: 'None of the pictures' })).toBeVisible()
    await expectAlive(view())
    expect(await view().body.locator('img[src^="blob:"]').count()).toBe(0)
    await view().action('Reply').click()
    const composer = composerModel(app.page)
    await expect(composer.text).toBeFocused()
    await composer.form.getByRole('button', { name: /quoted text/i }).click()
    await expect(composer.text).toContainText('after')
    expect(await composer.text.locator('img, svg').count()).toBe(0)
  } finally {
    delete process.env.PILLARBOX_LOOPBACK_PICTURES
    web.closeAllConnections()
    web.close()
  }
})
