/** What is sent to many: newsletters, notices, an invitation, a bounce. */
import { landscape, mark, pdf } from '../mime/pictures.ts'
import { alice, attachment, longDate, newsletter, northwind, type DemoMessage, type Times } from './messages.ts'

const unsubscribe = (domain: string): [string, string][] => [
  ['List-Unsubscribe', `<https://${domain}/unsubscribe?id=4187>, <mailto:leave@${domain}>`],
  ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
]

function newsletters({ today, ago }: Times): DemoMessage[] {
  const story = (title: string, text: string) =>
    `<tr><td style="padding:0 32px 18px"><h2 style="margin:0 0 4px;font-size:19px;line-height:1.3">${title}</h2><p style="margin:0;font-size:15px;line-height:1.55;color:#444444">${text}</p></td></tr>`
  return [
    {
      from: { name: 'The Morning Post', address: 'newsletter@morningpost.example' },
      to: [alice],
      subject: 'Five things before breakfast',
      date: today(0.65),
      fields: unsubscribe('morningpost.example'),
      text: 'The river is back in its bed, the council has found its minutes, and there is a new loaf in Mill Lane.',
      html: newsletter(
        '#f3efe6',
        `<tr><td style="padding:28px 32px 8px;border-bottom:3px double #222222"><img src="https://img.morningpost.example/masthead.png" width="340" height="44" alt="The Morning Post"></td></tr>
<tr><td style="padding:20px 32px 14px"><img src="https://img.morningpost.example/today/river.jpg" width="536" height="240" alt="The river at six this morning" style="display:block;width:100%;height:auto"></td></tr>
${story('The river is back in its bed', 'After eleven days the lower meadow is dry enough to walk on, if you do not mind for whom you ruin your shoes.')}
${story('The council finds its minutes', 'They were in the other folder. Nine people were present; ten voted. An inquiry will look into the tenth.')}
${story('A new loaf in Mill Lane', 'Rye, walnut and a little smoke. Sold out by eight, so be early or be disappointed.')}
${story('The library forgives', 'Books that are late come back free of charge this week, also those from 1987.')}
${story('And the weather', 'Clear until noon, then a change of mind.')}
<tr><td style="padding:14px 32px 28px;border-top:1px solid #dddddd;font-size:12px;color:#777777">You get this message because you asked for it. <a href="https://morningpost.example/unsubscribe?id=4187" style="color:#777777">Unsubscribe</a><img src="https://stats.morningpost.example/open.gif?id=4187" width="1" height="1" alt=""></td></tr>`,
      ),
    },
    {
      from: { name: 'Seed & Spade', address: 'hello@seedandspade.example' },
      to: [alice],
      subject: 'Tulips you can still plant',
      date: ago(8, '06:30'),
      fields: unsubscribe('seedandspade.example'),
      html: newsletter(
        '#eef3ea',
        `<tr><td style="padding:26px 32px 0"><img src="cid:leaf@seedandspade.example" width="48" height="48" alt="Seed &amp; Spade"></td></tr>
<tr><td style="padding:10px 32px 0"><h1 style="font-size:26px;margin:0 0 10px">It is not too late</h1><p style="font-size:15px;line-height:1.6;margin:0 0 16px">Tulips do not read the calendar. As long as a fork goes into the ground they will forgive you. These three are ours, photographed this week.</p></td></tr>
<tr><td style="padding:0 32px 16px"><img src="cid:field@seedandspade.example" width="536" alt="A field" style="width:100%;height:auto;border-radius:4px"></td></tr>
<tr><td style="padding:0 32px 30px"><a href="https://seedandspade.example/tulips" style="display:inline-block;background:#2f6b3a;color:#ffffff;text-decoration:none;padding:11px 20px;border-radius:4px;font-size:15px">See what is left</a></td></tr>`,
      ),
      files: [
        { name: 'leaf.png', type: 'image/png', bytes: mark([47, 107, 58]), contentId: 'leaf@seedandspade.example' },
        { name: 'field.png', type: 'image/png', bytes: landscape(536, 220, 44), contentId: 'field@seedandspade.example' },
      ],
      flags: 'S',
    },
    {
      from: { name: 'Open Source Weekly', address: 'digest@osweekly.example' },
      to: [alice],
      subject: 'Issue 212: small tools that stay small',
      date: ago(10, '08:00'),
      fields: [['List-Id', '<digest.osweekly.example>'], ...unsubscribe('osweekly.example')],
      flags: 'S',
      text: `In this issue

* A file manager in nine hundred lines, and why it stopped there
* Twenty years of one Makefile: an interview
* "We removed the plugin system": a confession

Read it in the browser: https://osweekly.example/212

-- 
You can leave at any time: https://osweekly.example/leave`,
    },
    {
      from: { name: 'Lantern Cinema', address: 'programme@lantern.example' },
      to: [alice],
      subject: 'This week: two ghosts and a train',
      date: ago(15, '12:00'),
      fields: unsubscribe('lantern.example'),
      html: newsletter(
        '#1d1b26',
        `<tr><td style="background:#2b2838;color:#f2e9d8;padding:30px 32px"><h1 style="margin:0 0 12px;font-size:24px">Two ghosts and a train</h1><p style="margin:0 0 8px;font-size:15px;line-height:1.6">Friday 20:15, Saturday 18:00, Sunday 11:00 with breakfast. Subtitled.</p><img src="https://lantern.example/posters/train.jpg" width="536" height="300" alt="Poster" style="width:100%;height:auto"></td></tr>`,
      ),
    },
  ]
}

function notices({ today, ago, ahead }: Times): DemoMessage[] {
  const due = ahead(30, '12:00')
  return [
    {
      from: northwind,
      to: [alice],
      subject: `Invoice ${due.getFullYear()}-1187`,
      date: today(0.88),
      text: `Thank you for your order. The invoice is attached; it is due on ${longDate(due)}.

  3 x drawing board, birch        612.00
  1 x parallel rule, 90 cm         88.50
                                  ------
                                  700.50

Northwind Traders, accounts
-- 
This address is read by people. Write back if something is wrong.`,
      files: [
        attachment(
          `invoice-${due.getFullYear()}-1187.pdf`,
          'application/pdf',
          pdf(`Invoice ${due.getFullYear()}-1187`, ['3 x drawing board, birch', '1 x parallel rule, 90 cm', 'Total 700.50']),
        ),
      ],
    },
    {
      from: { name: 'Harbour Library', address: 'desk@harbourlibrary.example' },
      to: [alice],
      subject: 'Your books are due on Saturday',
      date: ago(5, '08:15'),
      flags: 'S',
      text: `"The Salt Path" and "A Pattern Language" are due on Saturday. Nobody is waiting for them, so you can keep them two weeks longer by answering this message with one word: longer.

Harbour Library`,
    },
    {
      from: { name: 'Parish Council', address: 'clerk@parish.example' },
      to: [{ name: 'Residents', address: 'residents@parish.example' }],
      subject: `Minutes, ${ago(9, '19:00').toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}`,
      date: ago(7, '17:30'),
      text: `Present: nine. Apologies: Mrs Hale (weather), Mr Finch (boat).

1. The bench on the north quay. Deferred.
2. The clock. It is eleven minutes fast and shall remain so until the winter timetable.
3. Any other business. There was none, at length.

The clerk`,
    },
    {
      from: { name: 'City Water', address: 'service@citywater.example' },
      to: [alice],
      subject: 'Planned works in your street',
      date: ago(7, '10:02'),
      flags: 'S',
      text: `On ${longDate(ahead(4, '08:00'))} between 8:00 and 13:00 there will be no water in Quay Street 2 to 40. Please fill a kettle the evening before.`,
    },
    {
      from: { name: 'Ingrid Solberg', address: 'ingrid.solberg@fjell.example' },
      to: [alice],
      subject: 'Invitation: Site visit, north quay',
      date: ago(2, '14:20'),
      text: `Site visit, north quay\n${longDate(ahead(2, '10:00'))}, 10:00 to 11:30\nAt the crane. Boots, please.`,
      calendar: invitation(ahead(2, '10:00'), ahead(2, '11:30'), ago(2, '14:20')),
    },
    {
      from: { name: 'Dr Helen Osei', address: 'practice@osei.example' },
      to: [alice],
      subject: 'Your appointment on Tuesday',
      date: ago(11, '09:00'),
      flags: 'S',
      text: 'We expect you on Tuesday at 8:40. If you cannot come, tell us by Monday noon.',
    },
    {
      from: { name: 'Rail Service', address: 'no-reply@rail.example' },
      to: [alice],
      subject: 'Your booking 7Q2M4X',
      date: today(0.93),
      flags: 'S',
      folder: 'Travel',
      text: 'Two seats in coach 9 are yours. The tickets are valid on this train only.',
    },
  ]
}

const stamp = (date: Date) => date.toISOString().replace(/[-:]|\.\d+/g, '')

function invitation(start: Date, end: Date, at: Date): string {
  return `BEGIN:VCALENDAR
PRODID:-//Fjell//Calendar 4.2//EN
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:site-visit-north-quay@fjell.example
DTSTAMP:${stamp(at)}
DTSTART:${stamp(start)}
DTEND:${stamp(end)}
SUMMARY:Site visit\\, north quay
LOCATION:At the crane
DESCRIPTION:Boots\\, please.
ORGANIZER;CN=Ingrid Solberg:mailto:ingrid.solberg@fjell.example
ATTENDEE;CN=Alice Marten;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.org
ATTENDEE;CN=Jonas Weber;PARTSTAT=ACCEPTED:mailto:jonas@weber.example
END:VEVENT
END:VCALENDAR`
}

export function bulk(times: Times): DemoMessage[] {
  return [...newsletters(times), ...notices(times)]
}
