/** Every mail of the collections, put into a Maildir as a file, listed and opened: no crash, no hang, nothing that only a programmer understands. */
import { expect, test } from './fixtures/app.ts'
import { mailCollections, whyNoCorpora, type CorpusMail } from './fixtures/corpora.ts'
import { openNext } from './fixtures/opened-message.ts'
import { defectsIn, watchWindow } from './fixtures/window-watch.ts'
import type { WindowModel } from './pages/window.ts'

const openWithinMs = 5000
/** The list is sorted by INTERNALDATE, newest first, so the first file is the newest. */
const newest = Date.UTC(2026, 10, 20, 10)
const isFailure = /could not be (fetched|shown|read)|no longer|not downloaded|went wrong|has stopped/i

/** Opens all messages of the folder in front, in order; answers what went wrong, by file. */
async function openAll({ page, rows, row }: WindowModel, mails: CorpusMail[]): Promise<string[]> {
  const wrongs: string[] = []
  for (const [i, { name }] of mails.entries()) {
    const act = i === 0 ? () => rows.first().click() : () => page.keyboard.press(i % 2 ? 'j' : 'ArrowDown')
    const opened = await openNext(page, act, openWithinMs)
    const words = `${opened.kind} after ${opened.tookMs} ms: ${JSON.stringify(opened.text.slice(0, 120))}`
    if (opened.kind === 'late' || (opened.kind === 'words' && isFailure.test(opened.text))) wrongs.push(`${name}: ${words}`)
    const selected = row(/./).and(page.locator('[aria-selected="true"]'))
    if ((await selected.getAttribute('aria-rowindex')) !== `${i + 1}`) wrongs.push(`${name}: the list stands elsewhere`)
    if (!/\S.*, /.test((await selected.getAttribute('aria-label')) ?? '')) wrongs.push(`${name}: its row has no name`)
    if (opened.subject.trim() === '') wrongs.push(`${name}: the reader shows no subject`)
  }
  return wrongs
}

/** The smallest one; all of them in `npm run test:faults`. */
function chosenCollections(): ReturnType<typeof mailCollections> {
  if (whyNoCorpora()) return [{ name: 'mime-*', mails: [] }]
  const all = mailCollections().sort((a, b) => a.mails.length - b.mails.length)
  return process.env.PILLARBOX_FAULTS === 'all' ? all : all.slice(0, 1)
}
const collections = chosenCollections()

for (const { name, mails } of collections)
  test(`every mail of ${name} is listed and opened`, async ({ server, startApp }) => {
    const missing = whyNoCorpora()
    test.skip(missing !== null, missing ?? '')
    test.setTimeout(120_000)
    expect(mails.length).toBeGreaterThan(0)
    await server.seed(
      'alice',
      name,
      mails.map(({ raw }, i) => ({ raw, flags: 'S', date: new Date(newest - i * 3600_000) })),
    )
    const { app, view } = await startApp()
    const watch = watchWindow(app.page)
    await view().folder(name).click()
    await expect(view().messages).toHaveAttribute('aria-rowcount', String(mails.length))
    expect(await openAll(view(), mails)).toEqual([])
    expect(watch.wrongs).toEqual([])
    expect(defectsIn(`${await app.readLog()}\n${app.logs}`)).toEqual([])
  })
